namespace SshMqttBridge.Commands;

/// <summary>Where a command came from and when.</summary>
/// <param name="ServerId">The server it is for.</param>
/// <param name="Topic">The topic it was written to; for another source a word that tells it, as <see cref="ScheduleTopic"/>.</param>
/// <param name="ReceivedAt">By the wall clock, for people.</param>
/// <param name="ReceivedTimestamp">By the monotonic clock of <see cref="TimeProvider"/>, for reckoning.</param>
internal sealed record CommandOrigin(string ServerId, string Topic, DateTimeOffset ReceivedAt, long ReceivedTimestamp)
{
    /// <summary>Stands for the topic of what a schedule runs.</summary>
    public const string ScheduleTopic = "schedule";

    /// <summary>Stands for the topic of what the console in the browser gives.</summary>
    public const string WebConsoleTopic = "web-console";

    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    /// <summary>Who gave it.</summary>
    public CommandSource Source { get; init; }

    /// <summary>How long after its receipt it may still be started; null: always. MQTT 5 §3.3.2.3.3.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Where its result is sent besides the server's topics; null: nowhere.</summary>
    public ReplyAddress? Reply { get; init; }

    /// <summary>The same as a list of one or none.</summary>
    public IReadOnlyList<ReplyAddress> Replies => Reply is null ? [] : [Reply];

    public bool HasExpired(TimeProvider time) => Expiry is not null && TimeLeft(time) == TimeSpan.Zero;

    /// <summary>How long it may still wait; no longer than a timer can, since MQTT's expiry goes up to 136 years.</summary>
    public TimeSpan TimeLeft(TimeProvider time)
    {
        var left = (Expiry ?? LongestTimer) - time.GetElapsedTime(ReceivedTimestamp);
        return left < TimeSpan.Zero ? TimeSpan.Zero
            : left > LongestTimer ? LongestTimer
            : left;
    }
}

/// <summary>Whom to answer (MQTT 5 §4.10).</summary>
internal sealed record ReplyAddress(string Topic, ReadOnlyMemory<byte>? CorrelationData);
