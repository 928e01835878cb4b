using System.Net;

namespace SshMqttBridge.Configuration;

/// <summary>What a host in the configuration may look like.</summary>
internal static class HostRules
{
    private const int LongestName = 253;

    /// <summary>Says what the text must be, or null if it is a host name or an address.</summary>
    public static string? HostWrong(string text)
    {
        if (text.Length > 1 && text[0] == '[' && text.Contains(']', StringComparison.Ordinal))
        {
            return "must be an IPv6 address without brackets; a port goes into 'port'";
        }

        if (IPAddress.TryParse(text, out _))
        {
            return null;
        }

        if (
            text.Contains("://", StringComparison.Ordinal)
            || text.Contains('@', StringComparison.Ordinal)
            || text.Contains(':', StringComparison.Ordinal)
        )
        {
            return "must be a host name or an address alone, without scheme, user or port";
        }

        return IsName(text) ? null : "must be a host name or an address";
    }

    private static bool IsName(string text)
    {
        var name = text.EndsWith('.') ? text[..^1] : text;
        return name.Length is > 0 and <= LongestName
            && name.Split('.')
                .All(label =>
                    label is [not '-', ..] && label.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_')
                );
    }
}
