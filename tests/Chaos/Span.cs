namespace SshMqttBridge.Chaos;

/// <summary>A stretch of time in seconds since the start of the run; without an end it goes on.</summary>
internal sealed record Span(double From, double To = double.PositiveInfinity)
{
    public bool Touches(double from, double to) => From <= to && To >= from;
}
