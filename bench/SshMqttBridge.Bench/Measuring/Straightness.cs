namespace SshMqttBridge.Bench.Measuring;

/// <summary>
/// Where the point before the last one would be on a straight line from the first to the last, and where it is. What grows
/// faster than in proportion lies below the line.
/// </summary>
internal sealed record Straightness(double OnTheLine, double Measured)
{
    /// <summary>Above 1: the last point costs more than a straight line would have it.</summary>
    public double Ratio => OnTheLine / Measured;

    /// <param name="points">At least three, by growing x.</param>
    public static Straightness Of(IReadOnlyList<(double X, double Y)> points)
    {
        var (first, point, last) = (points[0], points[^2], points[^1]);
        return new Straightness(first.Y + (point.X - first.X) / (last.X - first.X) * (last.Y - first.Y), point.Y);
    }
}
