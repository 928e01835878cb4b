namespace SshMqttBridge.Configuration;

/// <summary>The schedule of an action.</summary>
internal abstract record ActionSchedule
{
    private ActionSchedule() { }

    /// <summary>A fixed interval; the first run is at the bridge's start.</summary>
    public sealed record Every(TimeSpan Interval) : ActionSchedule;

    /// <summary>A cron expression of five fields, in the machine's time zone.</summary>
    public sealed record Cron(string Expression) : ActionSchedule;
}
