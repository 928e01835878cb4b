using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Throttles failed sign-ins: per address, for at most half a minute, and for all addresses together. A browser that has signed
/// in before is counted separately, so that others cannot lock out its user. Thread-safe.
/// </summary>
/// <remarks>
/// Generated tokens cannot be guessed at any speed; this protects tokens chosen by people, and limits the load.
/// </remarks>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Failed sign-ins per address before it has to wait.</summary>
    public const int FreeTries = 5;

    /// <summary>Failed sign-ins of all addresses before they have to wait; then one per second.</summary>
    public const int FreeTriesOfAll = 100;

    /// <summary>The number of addresses and browsers that are counted.</summary>
    public const int MaximumClients = 10_000;

    /// <summary>Short, so that users who share an address with an attacker are not locked out for long.</summary>
    public static readonly TimeSpan MaximumWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Client> _clients = new(StringComparer.Ordinal);
    private double _triesOfAll;
    private long _decayedAt = time.GetTimestamp();

    /// <summary>Counts an attempt from an address in advance, as if it had failed.</summary>
    /// <returns>Zero if the attempt is allowed; otherwise how long to wait, and the attempt does not count.</returns>
    public TimeSpan Try(IPAddress address)
    {
        lock (_gate)
        {
            DecayTotal();
            if (_triesOfAll >= FreeTriesOfAll && !IPAddress.IsLoopback(Plain(address)))
            {
                return TimeSpan.FromSeconds(1);
            }

            var wait = Try(NameOf(address));
            _triesOfAll += wait == TimeSpan.Zero ? 1 : 0;
            return wait;
        }
    }

    /// <summary>The same for a browser that has signed in before.</summary>
    /// <param name="browser">Its id, which cannot be forged.</param>
    public TimeSpan TryKnown(string browser)
    {
        lock (_gate)
        {
            return Try(browser);
        }
    }

    /// <summary>Resets the count after a successful sign-in.</summary>
    public void Reset(IPAddress address, string? browser)
    {
        lock (_gate)
        {
            _clients.Remove(NameOf(address));
            if (browser is not null)
            {
                _clients.Remove(browser);
            }
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

    /// <summary>An IPv6 host usually has all 2^64 addresses of its network (RFC 6177).</summary>
    private static string NameOf(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(plain))
        {
            return plain.ToString();
        }

        var bytes = plain.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <param name="Tries">Consecutive failures.</param>
    /// <param name="LastTry">By the monotonic clock.</param>
    /// <param name="Wait">The required time between the last attempt and the next.</param>
    private sealed record Client(int Tries, long LastTry, TimeSpan Wait);
}
