using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// A cookie that proves that its browser once had the token: a random id and a time, signed with a key derived from the token.
/// It survives a restart of the bridge, and becomes invalid when the token changes, after a time without use, or when its id is
/// ended. Thread-safe.
/// </summary>
internal sealed class SignedCookie
{
    private const int MaximumEnded = 10_000;

    private static readonly TimeSpan RenewAfter = TimeSpan.FromDays(1);

    private readonly byte[] _key;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

    /// <param name="token">The source of the signing key.</param>
    /// <param name="purpose">A word; a cookie for another purpose is not valid.</param>
    /// <param name="lifetime">How long an unused cookie is valid.</param>
    /// <param name="isHttps">Whether the browser sends it only over TLS.</param>
    /// <param name="time">The clock.</param>
    public SignedCookie(ConsoleToken token, string purpose, TimeSpan lifetime, bool isHttps, TimeProvider time)
    {
        _key = token.KeyFor("web console " + purpose);
        _time = time;
        Lifetime = lifetime;
        // Cookies do not distinguish ports: two bridges on one machine must not overwrite each other's. __Host- is RFC 6265bis
        // §4.1.3.2.
        var name = $"ssh-console-{purpose}-" + Convert.ToHexStringLower(token.KeyFor("web console cookie name").AsSpan(0, 4));
        Name = isHttps ? "__Host-" + name : name;
    }

    /// <summary>The cookie's name.</summary>
    public string Name { get; }

    /// <summary>How long an unused cookie is valid.</summary>
    public TimeSpan Lifetime { get; }

    /// <summary>The value of a new cookie.</summary>
    public string CreateNew() => Create(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>The id in a cookie, or null if the cookie is not valid.</summary>
    /// <param name="cookie">The cookie's value from the request.</param>
    /// <param name="renewed">The renewed cookie to send, if due; otherwise null.</param>
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

        // A future time means that the clock was set back, not fraud: the signature is valid.
        var age = TimeSpan.FromSeconds(_time.GetUtcNow().ToUnixTimeSeconds() - seconds);
        if (age > Lifetime)
        {
            return null;
        }

        renewed = age > RenewAfter ? Create(id) : null;
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

    /// <summary>Invalidates cookies with this id until the bridge restarts.</summary>
    public void End(string id)
    {
        lock (_gate)
        {
            if (_ended.Count < MaximumEnded)
            {
                _ended.Add(id);
            }
        }
    }

    private string Create(string id)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{id}.{now}.{SignatureOf(id, now)}");
    }

    private string SignatureOf(string id, long seconds) =>
        Base64Url.EncodeToString(
            HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{seconds}")))
        );
}
