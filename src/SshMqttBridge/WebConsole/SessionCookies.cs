using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// What a browser holds instead of the token: a random id and a time, signed with a key that is derived from the token. So it outlives the bridge's restart, and
/// ends with the token's change, 30 days after its last use, or when its session is ended. Thread-safe.
/// </summary>
internal sealed class SessionCookies
{
    /// <summary>How long a session lasts that is not used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const int MostEnded = 10_000;

    private static readonly TimeSpan RenewAfter = TimeSpan.FromDays(1);

    private readonly byte[] _key;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

    public SessionCookies(ConsoleToken token, bool isHttps, TimeProvider time)
    {
        _key = token.KeyFor("web console session");
        _time = time;
        // Cookies know no ports: two bridges on one machine must not take each other's. __Host- is RFC 6265bis §4.1.3.2.
        var name = "ssh-console-" + Convert.ToHexStringLower(token.KeyFor("web console cookie name").AsSpan(0, 4));
        Name = isHttps ? "__Host-" + name : name;
    }

    /// <summary>The cookie's name.</summary>
    public string Name { get; }

    /// <summary>Begins a session and returns the cookie's value.</summary>
    public string Begin() => Make(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>The session that a cookie stands for, or null if it stands for none.</summary>
    /// <param name="cookie">The cookie's value, as it was sent.</param>
    /// <param name="renewed">The cookie to send back, when it is time for a new one; else null.</param>
    public string? Find(string? cookie, out string? renewed)
    {
        renewed = null;
        if (
            cookie?.Split('.') is not [var id, var time, var signature]
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || !CryptographicOperations.FixedTimeEquals(
                Encoding.UTF8.GetBytes(signature),
                Encoding.UTF8.GetBytes(SignatureOf(id, seconds))
            )
            || IsEnded(id)
        )
        {
            return null;
        }

        // A time to come is a clock that was set back, not a fraud: the signature is right.
        var age = TimeSpan.FromSeconds(_time.GetUtcNow().ToUnixTimeSeconds() - seconds);
        if (age > Lifetime)
        {
            return null;
        }

        renewed = age > RenewAfter ? Make(id) : null;
        return id;
    }

    /// <summary>Whether a session was ended by its user.</summary>
    public bool IsEnded(string id)
    {
        lock (_gate)
        {
            return _ended.Contains(id);
        }
    }

    /// <summary>Ends a session, for as long as the bridge runs.</summary>
    public void End(string id)
    {
        lock (_gate)
        {
            if (_ended.Count < MostEnded)
            {
                _ended.Add(id);
            }
        }
    }

    private string Make(string id)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{id}.{now}.{SignatureOf(id, now)}");
    }

    private string SignatureOf(string id, long seconds) =>
        Base64Url.EncodeToString(
            HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}")))
        );
}
