using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Slows down whoever tries wrong tokens: each address for itself, after some tries, for at most half a minute; and all addresses together where many try. A browser
/// that had the token before is counted for itself, so that nobody else's tries keep its owner out. Thread-safe.
/// </summary>
/// <remarks>A token that the bridge made cannot be guessed at any speed; this is for those that people make, and keeps guessing from costing much.</remarks>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Wrong tokens that one may try without waiting.</summary>
    public const int FreeTries = 5;

    /// <summary>Wrong tokens that all addresses together may try without waiting; after that one a second.</summary>
    public const int FreeTriesOfAll = 100;

    /// <summary>How many are remembered.</summary>
    public const int MostGuests = 10_000;

    /// <summary>How long one waits at the most: no longer, lest whoever shares an address with a guesser is locked out.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Guest> _guests = new(StringComparer.Ordinal);
    private double _triesOfAll;
    private long _cooledAt = time.GetTimestamp();

    /// <summary>Counts a try from an address, before it is made, as if its token were wrong.</summary>
    /// <returns>Zero if it may be made; else how long to wait, and it does not count.</returns>
    public TimeSpan Try(IPAddress address)
    {
        lock (_gate)
        {
            Cool();
            if (_triesOfAll >= FreeTriesOfAll && !IPAddress.IsLoopback(Plain(address)))
            {
                return TimeSpan.FromSeconds(1);
            }

            var wait = Try(NameOf(address));
            _triesOfAll += wait == TimeSpan.Zero ? 1 : 0;
            return wait;
        }
    }

    /// <summary>The same for a browser that had the token before.</summary>
    /// <param name="browser">Its id, which nobody can make up.</param>
    public TimeSpan TryKnown(string browser)
    {
        lock (_gate)
        {
            return Try(browser);
        }
    }

    /// <summary>Takes back what was counted: the token was right.</summary>
    public void Forgive(IPAddress address, string? browser)
    {
        lock (_gate)
        {
            _guests.Remove(NameOf(address));
            if (browser is not null)
            {
                _guests.Remove(browser);
            }
        }
    }

    private TimeSpan Try(string name)
    {
        var now = time.GetTimestamp();
        if (!_guests.TryGetValue(name, out var guest) || time.GetElapsedTime(guest.LastTry, now) > Memory)
        {
            MakeRoom();
            guest = new Guest(0, now, TimeSpan.Zero);
        }

        var wait = guest.Wait - time.GetElapsedTime(guest.LastTry, now);
        if (wait > TimeSpan.Zero)
        {
            return wait;
        }

        var tries = guest.Tries + 1;
        var seconds = tries < FreeTries ? 0 : Math.Pow(2, Math.Min(tries - FreeTries, 10));
        _guests[name] = new Guest(tries, now, TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)));
        return TimeSpan.Zero;
    }

    /// <summary>Forgets those who have not tried for long; if there are none, everybody: what all together tried still counts.</summary>
    private void MakeRoom()
    {
        if (_guests.Count < MostGuests)
        {
            return;
        }

        foreach (var (name, guest) in _guests.ToList())
        {
            if (time.GetElapsedTime(guest.LastTry) > LongestWait)
            {
                _guests.Remove(name);
            }
        }

        if (_guests.Count >= MostGuests)
        {
            _guests.Clear();
        }
    }

    private void Cool()
    {
        var now = time.GetTimestamp();
        _triesOfAll = Math.Max(0, _triesOfAll - time.GetElapsedTime(_cooledAt, now).TotalSeconds);
        _cooledAt = now;
    }

    /// <summary>Whoever has one address of IPv6 has the other 2^64 of its network, too (RFC 6177).</summary>
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

    /// <param name="Tries">Wrong ones in a row.</param>
    /// <param name="LastTry">By the monotonic clock.</param>
    /// <param name="Wait">From the last try to the next.</param>
    private sealed record Guest(int Tries, long LastTry, TimeSpan Wait);
}
