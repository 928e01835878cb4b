namespace SshMqttBridge.Mqtt;

/// <summary>Computes the delay before the next attempt to connect. Not thread-safe: one worker owns it.</summary>
/// <param name="random">Returns numbers from 0 to 1.</param>
internal sealed class MqttBackoff(Func<double> random)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestRefused = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestTakenOver = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestRefused = TimeSpan.FromMinutes(5);

    /// <summary>A connection that is lost sooner counts as a failed attempt.</summary>
    public static TimeSpan Stable { get; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// As many connections in a row that end soon look like a takeover, which many brokers do not report.
    /// </summary>
    private const int TakeoverThreshold = 3;

    private int _failures;
    private int _shortConnections;
    private int _refusals;
    private TimeSpan _last;

    /// <summary>
    /// Whether the last connections ended so soon, one after the other, that another client probably uses the same client id.
    /// </summary>
    public bool LooksTakenOver => _shortConnections >= TakeoverThreshold;

    /// <summary>How many connections in a row have ended soon.</summary>
    public int ShortConnections => _shortConnections;

    /// <param name="fault">Why there is no connection.</param>
    /// <param name="connectedFor">The duration of the lost connection; null: there was none.</param>
    /// <param name="hasOtherCause">Whether something else explains the end of the connection.</param>
    public TimeSpan Next(MqttFault fault, TimeSpan? connectedFor, bool hasOtherCause = false)
    {
        // If two clients use the same client id, each connection lasts as long as the other client waits. MQTT 3.1.1 has no other
        // sign of it, so only a connection that lasted clearly longer than the last wait counts as stable.
        if (connectedFor is { } lasted && lasted >= Max(Stable, _last * 2))
        {
            _failures = 0;
            _refusals = 0;
            _shortConnections = 0;
        }
        else if (fault == MqttFault.Lost && connectedFor is not null && !hasOtherCause)
        {
            _shortConnections++;
        }
        else if (fault == MqttFault.Unreachable)
        {
            // The broker is down, or the network: that explains the lost connections too.
            _shortConnections = 0;
        }

        if (fault == MqttFault.Interrupted)
        {
            // The broker is there. Each moment without a connection may lose a message.
            return TimeSpan.Zero;
        }

        return _last = fault switch
        {
            // Only a suspicion: it may be the network, and then the broker should be tried again.
            MqttFault.Lost when LooksTakenOver => Jitter(ShortestTakenOver),
            MqttFault.LoginRefused => Jitter(Exponential(ShortestRefused, LongestRefused, _refusals++)),
            MqttFault.TakenOver => Jitter(Exponential(ShortestTakenOver, LongestRefused, _refusals++)),
            MqttFault.Lost when _failures++ == 0 => Shortest * (0.5 + random() / 2),
            MqttFault.Lost => Jitter(Exponential(Shortest, Longest, _failures - 1)),
            _ => Jitter(Exponential(Shortest, Longest, _failures++)),
        };
    }

    private static TimeSpan Exponential(TimeSpan shortest, TimeSpan longest, int times) =>
        TimeSpan.FromSeconds(Math.Min(shortest.TotalSeconds * Math.Pow(2, Math.Min(times, 30)), longest.TotalSeconds));

    /// <summary>Adds up to a quarter, so that the clients of one broker do not all reconnect at the same moment.</summary>
    private TimeSpan Jitter(TimeSpan delay) => delay * (1 + random() / 4);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
