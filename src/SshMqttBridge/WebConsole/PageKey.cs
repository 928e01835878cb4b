using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// The other half of a session, which the page keeps and sends in a header. Cookies know no ports (RFC 6265 §8.5): a browser sends the console's also to a server that
/// another user of the machine has at another port. What a page stores belongs to its port. Immutable.
/// </summary>
internal sealed class PageKey(ConsoleToken token)
{
    /// <summary>The header, of answers that give it and of requests that show it.</summary>
    public const string Header = "X-Console-Key";

    private readonly byte[] _key = token.KeyFor("web console page");

    /// <summary>The key of a session.</summary>
    public string Of(string session) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(session)));

    /// <summary>Whether this is the key of the session.</summary>
    public bool Is(string session, string? given) =>
        given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(Of(session)));
}
