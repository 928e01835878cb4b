using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// A cookie that shows that its browser had the token once: a random id and a time, signed with a key that is derived from the token. So it outlives the bridge's
/// restart, and ends with the token's change, some time after its last use, or when its id is ended. Thread-safe.
/// </summary>
internal sealed class SignedCookie
{
    private const int MostEnded = 10_000;

    private static readonly TimeSpan RenewAfter = TimeSpan.FromDays(1);

    private readonly byte[] _key;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

    /// <param name="token">Gives the key.</param>
    /// <param name="purpose">What the cookie is for, a word: one for another purpose is none.</param>
    /// <param name="lifetime">How long it lasts that is not used.</param>
    /// <param name="isHttps">Whether it is sent over TLS alone.</param>
    /// <param name="time">The clock.</param>
    public SignedCookie(ConsoleToken token, string purpose, TimeSpan lifetime, bool isHttps, TimeProvider time)
    {
        _key = token.KeyFor("web console " + purpose);
        _time = time;
        Lifetime = lifetime;
        // Cookies know no ports: two bridges on one machine must not take each other's. __Host- is RFC 6265bis §4.1.3.2.
        var name = $"ssh-console-{purpose}-" + Convert.ToHexStringLower(token.KeyFor("web console cookie name").AsSpan(0, 4));
        Name = isHttps ? "__Host-" + name : name;
    }

    /// <summary>The cookie's name.</summary>
    public string Name { get; }

    /// <summary>How long it lasts that is not used.</summary>
    public TimeSpan Lifetime { get; }

    /// <summary>The value of a new cookie.</summary>
    public string MakeNew() => Make(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>The id in a cookie, or null if it is none of ours or has ended.</summary>
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

    /// <summary>Whether an id was ended.</summary>
    public bool IsEnded(string id)
    {
        lock (_gate)
        {
            return _ended.Contains(id);
        }
    }

    /// <summary>Has cookies with this id count for nothing, for as long as the bridge runs.</summary>
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
