using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// How long to wait before the next attempt to connect: 1, 2, 4 … 60 s; after a refused login 60 s, 2, 4 … minutes up to an hour, because servers lock
/// out who tries too often. Each wait is varied by up to 20 %, so that many servers behind one switch do not come back at the same moment,
/// and is never longer than its cap. Not thread-safe: one connection's loop owns it.
/// </summary>
/// <param name="random">Gives the variation.</param>
internal sealed class ReconnectBackoff(Random random)
{
    private const double Variation = 0.2;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestAfterRefusal = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAfterRefusal = TimeSpan.FromHours(1);

    private int _failures;
    private int _refusals;

    /// <summary>Counts one more failure and says how long to wait after it.</summary>
    public TimeSpan NextDelay(SshFault fault) =>
        fault == SshFault.Authentication
            ? Vary(Double(ShortestAfterRefusal, _refusals++, LongestAfterRefusal), LongestAfterRefusal)
            : Vary(Double(Shortest, _failures++, Longest), Longest);

    /// <summary>Starts over: there was a connection, or the credentials have changed.</summary>
    public void Reset() => _failures = _refusals = 0;

    private static TimeSpan Double(TimeSpan first, int times, TimeSpan longest)
    {
        var delay = first;
        for (var i = 0; i < times && delay < longest; i++)
        {
            delay *= 2;
        }

        return delay < longest ? delay : longest;
    }

    private TimeSpan Vary(TimeSpan delay, TimeSpan longest)
    {
#pragma warning disable CA5394 // Nobody gains by guessing it.
        var varied = delay * (1 - Variation + (2 * Variation * random.NextDouble()));
#pragma warning restore CA5394
        return varied < longest ? varied : longest;
    }
}
