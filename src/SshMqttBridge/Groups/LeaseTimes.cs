namespace SshMqttBridge.Groups;

/// <summary>The times of a lease, all parts of the silence after which a standby takes over.</summary>
/// <param name="Takeover">How long a standby hears nothing before it claims the lease.</param>
internal sealed record LeaseTimes(TimeSpan Takeover)
{
    /// <summary>Between two renewals.</summary>
    public TimeSpan Renewal { get; } = Takeover * 0.16;

    /// <summary>
    /// How long a confirmed renewal is valid, counted from the moment at which it was sent. Shorter than the takeover: a standby
    /// hears a renewal after it was sent, so the lease has run out before another instance can claim it.
    /// </summary>
    public TimeSpan Validity { get; } = Takeover * 0.6;
}
