namespace SshMqttBridge.Bench.Measuring;

/// <summary>What one more costs: between the last two points, and between the two before. On a straight line they are the same.</summary>
internal sealed record Growth(double Last, double Before)
{
    /// <param name="points">At least three, by growing x.</param>
    /// <param name="at">The x and the y of a point.</param>
    public static Growth Of<T>(IReadOnlyList<T> points, Func<T, (double X, double Y)> at)
    {
        return new Growth(Slope(^2, ^1), Slope(^3, ^2));

        double Slope(Index first, Index second)
        {
            var (one, other) = (at(points[first]), at(points[second]));
            return (other.Y - one.Y) / (other.X - one.X);
        }
    }
}
