namespace SshMqttBridge.Chaos;

/// <summary>A period in seconds since the start of the run; open-ended if it has no end.</summary>
internal sealed record Span(double From, double To = double.PositiveInfinity)
{
    public bool Touches(double from, double to) => From <= to && To >= from;
}
