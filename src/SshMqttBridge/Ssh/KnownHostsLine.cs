using System.Security.Cryptography;
using System.Text;

namespace SshMqttBridge.Ssh;

/// <summary>The marker of a line of known hosts.</summary>
internal enum KnownHostsMarker
{
    /// <summary>The hosts have this key.</summary>
    None,

    /// <summary><c>@revoked</c>: this key is refused, whatever other lines contain.</summary>
    Revoked,

    /// <summary><c>@cert-authority</c>: the bridge ignores and keeps it.</summary>
    CertificateAuthority,
}

/// <summary>
/// One key in a known hosts file, in the format of sshd(8): markers, host names or patterns, key type, base64, comment.
/// </summary>
internal sealed class KnownHostsLine
{
    private const string HashMagic = "|1|";

    private readonly string[] _hosts;

    private KnownHostsLine(KnownHostsMarker marker, string[] hosts, HostKey key)
    {
        Marker = marker;
        _hosts = hosts;
        Key = key;
    }

    public KnownHostsMarker Marker { get; }
    public HostKey Key { get; }

    /// <summary>The name of a host in known hosts: with its port unless that is 22.</summary>
    public static string NameOf(string host, int port)
    {
        var name = host.ToLowerInvariant();
        return port == 22 ? name : $"[{name}]:{port}";
    }

    /// <summary>Formats the line of a new host, without a line end.</summary>
    public static string Format(string host, int port, HostKey key) =>
        $"{NameOf(host, port)} {key.Type} {Convert.ToBase64String(key.Blob.Span)}";

    /// <summary>Whether the line is empty or a comment.</summary>
    public static bool IsBlank(string line) => line.AsSpan().Trim() is [] or ['#', ..];

    /// <summary>Parses a line that is not blank.</summary>
    /// <returns>Null: the line is invalid.</returns>
    public static KnownHostsLine? Parse(string line)
    {
        var fields = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var marker = fields.FirstOrDefault() switch
        {
            "@revoked" => KnownHostsMarker.Revoked,
            "@cert-authority" => KnownHostsMarker.CertificateAuthority,
            _ => KnownHostsMarker.None,
        };
        var rest = fields.AsSpan(marker == KnownHostsMarker.None ? 0 : 1);
        if (rest.Length < 3 || rest[0].StartsWith('@'))
        {
            return null;
        }

        var hosts = rest[0].Split(',');
        return hosts.All(IsWellFormed) && ParseKey(rest[1], rest[2]) is { } key ? new KnownHostsLine(marker, hosts, key) : null;
    }

    /// <summary>Whether the line applies to this host. A matching pattern with <c>!</c> excludes it.</summary>
    /// <param name="name">From <see cref="NameOf"/>.</param>
    public bool Matches(string name)
    {
        var matches = false;
        foreach (var host in _hosts)
        {
            if (host.StartsWith('!'))
            {
                if (MatchesPattern(host.AsSpan(1), name))
                {
                    return false;
                }
            }
            else
            {
                matches |= MatchesOne(host, name);
            }
        }

        return matches;
    }

    /// <summary>Removes a host from the line.</summary>
    /// <param name="name">From <see cref="NameOf"/>.</param>
    /// <returns>The line for the remaining hosts, or null if there are none; the same line where only a pattern matches the
    /// host.</returns>
    public string? Without(string line, string name)
    {
        var remaining = _hosts.Where(host => host.AsSpan().ContainsAny('*', '?', '!') || !MatchesOne(host, name)).ToArray();
        if (remaining.Length == _hosts.Length)
        {
            return line;
        }

        var old = string.Join(',', _hosts);
        var at = line.IndexOf(old, StringComparison.Ordinal);
        return remaining.Length == 0 || at < 0 ? null : line[..at] + string.Join(',', remaining) + line[(at + old.Length)..];
    }

    private static bool MatchesOne(string host, string name) =>
        host.StartsWith(HashMagic, StringComparison.Ordinal) ? MatchesHash(host, name) : MatchesPattern(host, name);

    private static bool IsWellFormed(string host) =>
        host.Length > 0 && (!host.StartsWith(HashMagic, StringComparison.Ordinal) || ParseHash(host) is not null);

    private static (byte[] Salt, byte[] Hash)? ParseHash(string host)
    {
        var parts = host[HashMagic.Length..].Split('|');
        return
            parts.Length == 2
            && Base64(parts[0]) is { Length: HMACSHA1.HashSizeInBytes } salt
            && Base64(parts[1]) is { Length: HMACSHA1.HashSizeInBytes } hash
            ? (salt, hash)
            : null;
    }

#pragma warning disable CA5350 // The format requires SHA-1, which only hides a name here.
    private static bool MatchesHash(string host, string name) =>
        ParseHash(host) is var (salt, hash) && HMACSHA1.HashData(salt, Encoding.UTF8.GetBytes(name)).AsSpan().SequenceEqual(hash);
#pragma warning restore CA5350

    /// <summary>
    /// <c>*</c> matches any characters, <c>?</c> any one. Backtracks to the last asterisk only, so the time is bounded by the
    /// product of the lengths.
    /// </summary>
    private static bool MatchesPattern(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int at = 0,
            next = 0,
            star = -1,
            starAt = 0;
        while (at < name.Length)
        {
            if (next < pattern.Length && pattern[next] == '*')
            {
                star = next++;
                starAt = at;
            }
            else if (next < pattern.Length && (pattern[next] == '?' || char.ToLowerInvariant(pattern[next]) == name[at]))
            {
                next++;
                at++;
            }
            else if (star >= 0)
            {
                next = star + 1;
                at = ++starAt;
            }
            else
            {
                return false;
            }
        }

        return pattern[next..].Trim('*').IsEmpty;
    }

    /// <summary>The blob repeats the type (RFC 4253 §6.6): if the two differ, the line is invalid.</summary>
    private static HostKey? ParseKey(string type, string base64)
    {
        if (Base64(base64) is not { Length: > 4 } blob)
        {
            return null;
        }

        var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(blob);
        return length <= blob.Length - 4 && Encoding.UTF8.GetBytes(type).AsSpan().SequenceEqual(blob.AsSpan(4, (int)length))
            ? new HostKey(type, blob)
            : null;
    }

    private static byte[]? Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : null;
    }
}
