using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>An answer like <c>user@host:port</c>, of which only the host is required.</summary>
/// <param name="User">Null: none was given.</param>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">Null: the default.</param>
internal sealed record HostAnswer(string? User, string Host, int? Port)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out HostAnswer? answer)
    {
        answer = null;
        var at = text.LastIndexOf('@');
        var user = at >= 0 ? text[..at] : null;
        var rest = text[(at + 1)..];
        int? port = null;
        if (rest.StartsWith('['))
        {
            var end = rest.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || !TryParsePort(rest[(end + 1)..], out port))
            {
                return false;
            }

            rest = rest[1..end];
        }
        else if (!IPAddress.TryParse(rest, out _) && rest.LastIndexOf(':') is >= 0 and var colon)
        {
            if (!TryParsePort(rest[colon..], out port))
            {
                return false;
            }

            rest = rest[..colon];
        }

        if (
            rest.Length == 0
            || user is ""
            || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
            || rest.Contains('/', StringComparison.Ordinal)
        )
        {
            return false;
        }

        answer = new HostAnswer(user, rest, port);
        return true;
    }

    /// <param name="text">Empty, or a colon and a port.</param>
    private static bool TryParsePort(string text, out int? port)
    {
        port = null;
        if (text.Length == 0)
        {
            return true;
        }

        if (text[0] == ':' && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            port = number;
            return number is > 0 and <= IPEndPoint.MaxPort;
        }

        return false;
    }
}
