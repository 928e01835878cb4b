namespace SshMqttBridge.Bench.Measuring;

/// <summary>A result and its target.</summary>
/// <param name="Result">The text of the result, with its unit.</param>
/// <param name="Target">The text of the target.</param>
/// <param name="IsReached">Whether the target is reached; null: there is none.</param>
internal sealed record Judgement(string Result, string Target, bool? IsReached)
{
    public static Judgement AtMost(double value, double limit, string unit = "×") =>
        new($"{Sample.Format(value)} {unit}", $"≤ {limit} {unit}", value <= limit);

    public static Judgement AtLeast(double value, double limit, string unit = "×") =>
        new($"{Sample.Format(value)} {unit}", $"≥ {limit} {unit}", value >= limit);

    public static Judgement None(string result) => new(result, "", null);
}
