using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// The second half of a session, which the page stores and sends in a header. Cookies do not distinguish ports (RFC 6265 §8.5):
/// a browser also sends the console's cookies to a server of another user on another port. A page's storage belongs to its
/// port. Immutable.
/// </summary>
internal sealed class PageKey(ConsoleToken token)
{
    /// <summary>The header of responses and requests with the key.</summary>
    public const string Header = "X-Console-Key";

    private readonly byte[] _key = token.KeyFor("web console page");

    /// <summary>The key of a session.</summary>
    public string Of(string session) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(session)));

    /// <summary>Whether this is the key of the session, compared in constant time.</summary>
    public bool Is(string session, string? given) =>
        given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(Of(session)));
}
