using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// The delay before the next attempt to connect: 1, 2, 4 … 60 s; after a failed authentication 60 s, 2, 4 … minutes up to an
/// hour, because servers lock out clients that try too often. A jitter of up to 20 % prevents many connections from reconnecting
/// at the same moment; a delay never exceeds its maximum. Not thread-safe: one connection's loop owns it.
/// </summary>
/// <param name="random">The source of the jitter.</param>
internal sealed class ReconnectBackoff(Random random)
{
    private const double Jitter = 0.2;
    private static readonly TimeSpan Initial = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Maximum = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan InitialAfterRefusal = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaximumAfterRefusal = TimeSpan.FromHours(1);

    private int _failures;
    private int _refusals;

    /// <summary>Counts a failure and returns the delay after it.</summary>
    public TimeSpan NextDelay(SshFault fault) =>
        fault == SshFault.Authentication
            ? AddJitter(Double(InitialAfterRefusal, _refusals++, MaximumAfterRefusal), MaximumAfterRefusal)
            : AddJitter(Double(Initial, _failures++, Maximum), Maximum);

    /// <summary>Resets the delays after a successful connection or a change of credentials.</summary>
    public void Reset() => _failures = _refusals = 0;

    private static TimeSpan Double(TimeSpan first, int times, TimeSpan maximum)
    {
        var delay = first;
        for (var i = 0; i < times && delay < maximum; i++)
        {
            delay *= 2;
        }

        return delay < maximum ? delay : maximum;
    }

    private TimeSpan AddJitter(TimeSpan delay, TimeSpan maximum)
    {
#pragma warning disable CA5394 // The jitter is not a secret.
        var jittered = delay * (1 - Jitter + (2 * Jitter * random.NextDouble()));
#pragma warning restore CA5394
        return jittered < maximum ? jittered : maximum;
    }
}
