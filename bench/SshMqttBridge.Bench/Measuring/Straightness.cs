namespace SshMqttBridge.Bench.Measuring;

/// <summary>
/// Compares the second to last point with the straight line from the first point to the last. Cost that grows faster than
/// linearly lies below the line.
/// </summary>
internal sealed record Straightness(double OnTheLine, double Measured)
{
    /// <summary>Above 1: the last point costs more than linear growth would predict.</summary>
    public double Ratio => OnTheLine / Measured;

    /// <param name="points">At least three, in ascending order of x.</param>
    public static Straightness Of(IReadOnlyList<(double X, double Y)> points)
    {
        var (first, point, last) = (points[0], points[^2], points[^1]);
        return new Straightness(first.Y + (point.X - first.X) / (last.X - first.X) * (last.Y - first.Y), point.Y);
    }
}
