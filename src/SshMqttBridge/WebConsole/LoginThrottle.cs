using System.Net;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Tells clients with wrong tokens to wait: per address, for at most half a minute, and for all addresses together. Thread-safe.
/// </summary>
/// <remarks>
/// Only for wrong tokens. If the correct one had to wait too, anyone at the same address (each user of the machine, each client of
/// a proxy) could lock out its owner, and a generated token cannot be guessed at any speed.
/// </remarks>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Failed sign-ins per address before it has to wait.</summary>
    public const int FreeTries = 5;

    /// <summary>Failed sign-ins of all addresses before they have to wait; then one per second.</summary>
    public const int FreeTriesOfAll = 100;

    /// <summary>The number of addresses that are counted.</summary>
    public const int MaximumClients = 10_000;

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan MaximumWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Client> _clients = new(StringComparer.Ordinal);
    private double _triesOfAll;
    private long _decayedAt = time.GetTimestamp();

    /// <summary>Counts a failed attempt from an address.</summary>
    /// <returns>Zero, or how long to wait; the attempt does not count then.</returns>
    public TimeSpan Try(IPAddress address)
    {
        lock (_gate)
        {
            DecayTotal();
            if (_triesOfAll >= FreeTriesOfAll && !IPAddress.IsLoopback(ClientAddress.Plain(address)))
            {
                return TimeSpan.FromSeconds(1);
            }

            var wait = Try(ClientAddress.NameOf(address));
            _triesOfAll += wait == TimeSpan.Zero ? 1 : 0;
            return wait;
        }
    }

    /// <summary>Resets the count after a successful sign-in.</summary>
    public void Reset(IPAddress address)
    {
        lock (_gate)
        {
            _clients.Remove(ClientAddress.NameOf(address));
        }
    }

    private TimeSpan Try(string name)
    {
        var now = time.GetTimestamp();
        if (!_clients.TryGetValue(name, out var client) || time.GetElapsedTime(client.LastTry, now) > Memory)
        {
            MakeRoom();
            client = new Client(0, now, TimeSpan.Zero);
        }

        var wait = client.Wait - time.GetElapsedTime(client.LastTry, now);
        if (wait > TimeSpan.Zero)
        {
            return wait;
        }

        var tries = client.Tries + 1;
        var seconds = tries < FreeTries ? 0 : Math.Pow(2, Math.Min(tries - FreeTries, 10));
        _clients[name] = new Client(tries, now, TimeSpan.FromSeconds(Math.Min(seconds, MaximumWait.TotalSeconds)));
        return TimeSpan.Zero;
    }

    /// <summary>Removes clients without recent attempts; if there are none, all of them: the total still counts.</summary>
    private void MakeRoom()
    {
        if (_clients.Count < MaximumClients)
        {
            return;
        }

        foreach (var (name, client) in _clients.ToList())
        {
            if (time.GetElapsedTime(client.LastTry) > MaximumWait)
            {
                _clients.Remove(name);
            }
        }

        if (_clients.Count >= MaximumClients)
        {
            _clients.Clear();
        }
    }

    private void DecayTotal()
    {
        var now = time.GetTimestamp();
        _triesOfAll = Math.Max(0, _triesOfAll - time.GetElapsedTime(_decayedAt, now).TotalSeconds);
        _decayedAt = now;
    }

    /// <param name="Tries">Consecutive failures.</param>
    /// <param name="LastTry">By the monotonic clock.</param>
    /// <param name="Wait">The required time between the last attempt and the next.</param>
    private sealed record Client(int Tries, long LastTry, TimeSpan Wait);
}
