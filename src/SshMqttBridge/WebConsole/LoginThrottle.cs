using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Slows down whoever tries wrong tokens: each address for itself, after some tries, for at most half a minute; and all together, where many addresses try, those
/// that never had the right one. Thread-safe.
/// </summary>
/// <remarks>The token cannot be guessed at any speed; this keeps the guessing from costing much, and a token of somebody's own making from being guessed.</remarks>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Wrong tokens that an address may try without waiting.</summary>
    public const int FreeTries = 5;

    /// <summary>Wrong tokens in a row, one a second, that all addresses together may try without waiting.</summary>
    public const int FreeTriesOfAll = 100;

    private const int MostAddresses = 10_000;

    /// <summary>How long an address waits at the most: no longer, lest somebody who shares it with a guesser is locked out.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Record> _addresses = [];
    private double _triesOfAll;
    private long _countedAt = time.GetTimestamp();

    /// <summary>Counts a try that is about to be made, as if its token were wrong.</summary>
    /// <returns>Zero if it may be made; else how long to wait, and it does not count.</returns>
    public TimeSpan Try(IPAddress address)
    {
        lock (_gate)
        {
            var record = RecordOf(address);
            var wait = record.OpensAt - time.GetElapsedTime(0);
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            Cool();
            if (!record.IsKnown && _triesOfAll >= FreeTriesOfAll)
            {
                return TimeSpan.FromSeconds(Math.Max(1, _triesOfAll - FreeTriesOfAll + 1));
            }

            _triesOfAll++;
            record.Tries++;
            record.LastTry = time.GetTimestamp();
            var seconds = Math.Pow(2, Math.Clamp(record.Tries - FreeTries, 0, 10));
            record.OpensAt =
                record.Tries < FreeTries
                    ? TimeSpan.Zero
                    : time.GetElapsedTime(0) + TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds));
            return TimeSpan.Zero;
        }
    }

    /// <summary>Takes back the last try's counting: its token was right. The address is known from now on.</summary>
    public void Succeeded(IPAddress address)
    {
        lock (_gate)
        {
            var record = RecordOf(address);
            (record.Tries, record.OpensAt, record.IsKnown) = (0, TimeSpan.Zero, true);
            _triesOfAll = Math.Max(0, _triesOfAll - 1);
        }
    }

    private Record RecordOf(IPAddress address)
    {
        var network = NetworkOf(address);
        if (_addresses.TryGetValue(network, out var record) && (record.IsKnown || time.GetElapsedTime(record.LastTry) < Memory))
        {
            return record;
        }

        if (_addresses.Count >= MostAddresses)
        {
            Forget();
        }

        record = new Record { IsKnown = IPAddress.IsLoopback(network), LastTry = time.GetTimestamp() };
        _addresses[network] = record;
        return record;
    }

    /// <summary>Makes room: the old ones go, and if there are none all that never had the right token; what all together tried stays counted.</summary>
    private void Forget()
    {
        foreach (var old in (bool[])[true, false])
        {
            foreach (var (network, record) in _addresses.ToList())
            {
                if (!record.IsKnown && (!old || time.GetElapsedTime(record.LastTry) >= Memory))
                {
                    _addresses.Remove(network);
                }
            }

            if (_addresses.Count < MostAddresses)
            {
                return;
            }
        }

        _addresses.Clear();
    }

    private void Cool()
    {
        var now = time.GetTimestamp();
        _triesOfAll = Math.Max(0, _triesOfAll - time.GetElapsedTime(_countedAt, now).TotalSeconds);
        _countedAt = now;
    }

    /// <summary>Whoever has one address of IPv6 has the other 2^64 of its network, too (RFC 6177).</summary>
    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Record
    {
        public int Tries { get; set; }
        public long LastTry { get; set; }

        /// <summary>By the monotonic clock.</summary>
        public TimeSpan OpensAt { get; set; }

        /// <summary>Whether the right token came from there, or it is this machine.</summary>
        public bool IsKnown { get; set; }
    }
}
