namespace SshMqttBridge.Mqtt;

/// <summary>How long to wait before the next connect. Not thread-safe: one worker's own.</summary>
/// <param name="random">Gives numbers from 0 up to 1.</param>
internal sealed class MqttBackoff(Func<double> random)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestRefused = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestTakenOver = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestRefused = TimeSpan.FromMinutes(5);

    /// <summary>A connection that is lost sooner did not do any good.</summary>
    public static TimeSpan Stable { get; } = TimeSpan.FromSeconds(10);

    private int _failures;
    private int _refusals;
    private TimeSpan _last;

    /// <param name="fault">Why there is no connection.</param>
    /// <param name="connectedFor">How long it had lasted; null: it never came to be.</param>
    public TimeSpan Next(MqttFault fault, TimeSpan? connectedFor)
    {
        // Two clients that take the client id from each other see connections that last as long as the other one waits. On MQTT
        // 3.1.1 nothing else shows it, so only a connection that lasted clearly longer than the last wait counts as stable.
        if (connectedFor is { } lasted && lasted >= Max(Stable, _last * 2))
        {
            _failures = 0;
            _refusals = 0;
        }

        return _last = fault switch
        {
            MqttFault.LoginRefused => Jitter(Exponential(ShortestRefused, LongestRefused, _refusals++)),
            MqttFault.TakenOver => Jitter(Exponential(ShortestTakenOver, LongestRefused, _refusals++)),
            MqttFault.Lost when _failures++ == 0 => Shortest * (0.5 + random() / 2),
            MqttFault.Lost => Jitter(Exponential(Shortest, Longest, _failures - 1)),
            _ => Jitter(Exponential(Shortest, Longest, _failures++)),
        };
    }

    private static TimeSpan Exponential(TimeSpan shortest, TimeSpan longest, int times) =>
        TimeSpan.FromSeconds(Math.Min(shortest.TotalSeconds * Math.Pow(2, Math.Min(times, 30)), longest.TotalSeconds));

    /// <summary>Up to a quarter longer, never shorter, so that many clients of one broker do not come back all at once.</summary>
    private TimeSpan Jitter(TimeSpan delay) => delay * (1 + random() / 4);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
