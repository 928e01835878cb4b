namespace SshMqttBridge.Configuration;

/// <summary>When an action is run by itself.</summary>
internal abstract record ActionSchedule
{
    private ActionSchedule() { }

    /// <summary>Every so often, for the first time when the bridge has started.</summary>
    public sealed record Every(TimeSpan Interval) : ActionSchedule;

    /// <summary>By a cron expression of five fields, in the machine's time zone.</summary>
    public sealed record Cron(string Expression) : ActionSchedule;
}
