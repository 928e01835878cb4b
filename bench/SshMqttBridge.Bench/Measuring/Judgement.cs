namespace SshMqttBridge.Bench.Measuring;

/// <summary>A result beside what it was to be.</summary>
/// <param name="Result">In words, with its unit.</param>
/// <param name="Target">In words.</param>
/// <param name="IsReached">Null: there was no target.</param>
internal sealed record Judgement(string Result, string Target, bool? IsReached)
{
    public static Judgement AtMost(double value, double limit, string unit = "×") =>
        new($"{Sample.Format(value)} {unit}", $"≤ {limit} {unit}", value <= limit);

    public static Judgement AtLeast(double value, double limit, string unit = "×") =>
        new($"{Sample.Format(value)} {unit}", $"≥ {limit} {unit}", value >= limit);

    public static Judgement None(string result) => new(result, "", null);
}
