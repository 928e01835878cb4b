namespace SshMqttBridge.Commands;

/// <summary>Where a command came from and when.</summary>
/// <param name="ServerId">The server that the command is for.</param>
/// <param name="Topic">The write topic; for a source other than MQTT a constant like <see cref="ScheduleTopic"/>.</param>
/// <param name="ReceivedAt">By the wall clock, for display.</param>
/// <param name="ReceivedTimestamp">By the monotonic clock of <see cref="TimeProvider"/>, for computing durations.</param>
internal sealed record CommandOrigin(string ServerId, string Topic, DateTimeOffset ReceivedAt, long ReceivedTimestamp)
{
    /// <summary>The topic of scheduled runs.</summary>
    public const string ScheduleTopic = "schedule";

    /// <summary>The topic of commands from the web console.</summary>
    public const string WebConsoleTopic = "web-console";

    /// <summary>Of a command that a schedule, or the bridge itself, runs now.</summary>
    public static CommandOrigin OfSchedule(string serverId, TimeProvider time) =>
        new(serverId, ScheduleTopic, time.GetUtcNow(), time.GetTimestamp()) { Source = CommandSource.Schedule };

    private static readonly TimeSpan MaximumTimer = TimeSpan.FromDays(49);

    /// <summary>Where the command came from.</summary>
    public CommandSource Source { get; init; }

    /// <summary>How long after its receipt the command may start; null: no limit. MQTT 5 §3.3.2.3.3.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Whether the command may have been sent long before its receipt, because the bridge did not run.</summary>
    public bool IsStale { get; init; }

    /// <summary>The response topic that also gets the result; null: none.</summary>
    public ReplyAddress? Reply { get; init; }

    /// <summary><see cref="Reply"/> as a list.</summary>
    public IReadOnlyList<ReplyAddress> Replies => Reply is null ? [] : [Reply];

    public bool HasExpired(TimeProvider time) => Expiry is not null && TimeLeft(time) == TimeSpan.Zero;

    /// <summary>
    /// How long the command may still wait. Limited to what a timer supports, because MQTT's expiry goes up to 136 years.
    /// </summary>
    public TimeSpan TimeLeft(TimeProvider time)
    {
        var left = (Expiry ?? MaximumTimer) - time.GetElapsedTime(ReceivedTimestamp);
        return left < TimeSpan.Zero ? TimeSpan.Zero
            : left > MaximumTimer ? MaximumTimer
            : left;
    }
}

/// <summary>Where to publish a response (MQTT 5 §4.10).</summary>
internal sealed record ReplyAddress(string Topic, ReadOnlyMemory<byte>? CorrelationData);
