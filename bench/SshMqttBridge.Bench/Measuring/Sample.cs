using System.Globalization;

namespace SshMqttBridge.Bench.Measuring;

/// <summary>Measured values of one kind.</summary>
internal sealed class Sample
{
    private readonly double[] _sorted;

    /// <param name="values">At least one, in the order of measurement.</param>
    /// <param name="unit">The unit as shown.</param>
    public Sample(IEnumerable<double> values, string unit)
    {
        Values = [.. values];
        Unit = unit;
        _sorted = [.. Values.Order()];
        if (_sorted.Length == 0)
        {
            throw new InvalidOperationException("no values were measured");
        }
    }

    public IReadOnlyList<double> Values { get; }

    public string Unit { get; }

    public double Median => Quantile(0.5);

    /// <summary>Adds the values that were measured in the same round.</summary>
    public static Sample Sum(Sample first, Sample second) =>
        new(first.Values.Zip(second.Values, (one, other) => one + other), first.Unit);

    /// <summary>The median, then the 10th and 90th percentile or, with few values, the minimum and maximum.</summary>
    public override string ToString() =>
        _sorted.Length == 1
            ? $"{Format(Median)} {Unit}"
            : $"{Format(Median)} {Unit} ({Format(Quantile(Low))}–{Format(Quantile(1 - Low))})";

    /// <summary>Formats with three significant digits.</summary>
    public static string Format(double value) =>
        value.ToString(
            Math.Abs(value) switch
            {
                >= 100 => "#,0",
                >= 10 => "0.0",
                >= 1 => "0.00",
                _ => "0.000",
            },
            CultureInfo.InvariantCulture
        );

    private double Low => _sorted.Length < 20 ? 0 : 0.1;

    private double Quantile(double share)
    {
        var place = share * (_sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, _sorted.Length - 1);
        return _sorted[below] + (place - below) * (_sorted[above] - _sorted[below]);
    }
}
