namespace SshMqttBridge.Groups.Etcd;

/// <summary>The times of a lease that etcd grants.</summary>
/// <param name="Takeover">The silence of the leader after which a standby takes over.</param>
internal sealed record EtcdTimes(TimeSpan Takeover)
{
    /// <summary>What etcd is asked for: whole seconds. With its default settings, it grants two seconds at least.</summary>
    public int TimeToLiveSeconds { get; } = Math.Max(2, (int)Takeover.TotalSeconds);

    /// <summary>Between two renewals.</summary>
    public TimeSpan Renewal => TimeSpan.FromSeconds(TimeToLiveSeconds * 0.2);

    /// <summary>
    /// How long a renewal is valid, counted from the moment at which it was sent. etcd counts the whole time to live from a later
    /// moment; the difference is for stopping what runs, and for clocks that do not run equally fast.
    /// </summary>
    public TimeSpan Validity => TimeSpan.FromSeconds(TimeToLiveSeconds * 0.75);

    /// <summary>How long one member of the etcd cluster has for a response before the next one is asked.</summary>
    public TimeSpan Request => TimeSpan.FromSeconds(TimeToLiveSeconds * 0.25);

    /// <summary>How long an instance leads after the last message that the broker has passed on.</summary>
    public TimeSpan EchoValidity => Takeover * 0.6;

    /// <summary>What runs is stopped in this time when a lease is lost that etcd has not ended yet.</summary>
    public TimeSpan Stopping => Takeover - EchoValidity;

    /// <summary>How often a standby asks whether the lease is free.</summary>
    public static TimeSpan Poll { get; } = TimeSpan.FromSeconds(0.1);
}
