using System.Globalization;
using System.Net;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Validates hosts in the configuration.</summary>
internal static class HostRules
{
    public const int MaximumNameLength = 253;

    /// <summary>Describes a valid text, or returns null for a host name or an address.</summary>
    public static string? ValidateHost(string text)
    {
        if (text.Length > 1 && text[0] == '[' && text.Contains(']', StringComparison.Ordinal))
        {
            return "must be an IPv6 address without brackets; set the port with 'port'";
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

    /// <summary>
    /// Describes a valid text, or returns null for a host name or an address, with or without a port; an IPv6 address with a
    /// port in brackets.
    /// </summary>
    public static string? ValidateHostAndPort(string text)
    {
        var (host, port) = Split(text);
        if (ValidateHost(host) is not null || port?.Contains('/', StringComparison.Ordinal) == true)
        {
            return "must be a host name or an address, with or without a port, "
                + "for example broker, broker:1884, 192.0.2.1 or [2001:db8::1]:1884";
        }

        return
            port is null
            || (
                int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= 1 and <= IPEndPoint.MaxPort
            )
            ? null
            : $"must have a port from 1 to {IPEndPoint.MaxPort} after the last ':'";
    }

    /// <summary>Parses a text that <see cref="ValidateHostAndPort"/> accepts.</summary>
    public static BrokerAddress ParseHostAndPort(string text, int defaultPort)
    {
        var (host, port) = Split(text);
        return new BrokerAddress(host, port is null ? defaultPort : int.Parse(port, CultureInfo.InvariantCulture));
    }

    private static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('[') && text.LastIndexOf(']') is > 0 and var bracket)
        {
            var rest = text[(bracket + 1)..];
            return (text[1..bracket], rest.Length == 0 ? null : rest.TrimStart(':'));
        }

        // More than one colon: an IPv6 address without a port.
        return text.IndexOf(':') is >= 0 and var colon && colon == text.LastIndexOf(':')
            ? (text[..colon], text[(colon + 1)..])
            : (text, null);
    }

    /// <summary>Whether a text is a host name, and no address in any form.</summary>
    public static bool IsHostName(string text) =>
        IsName(text) && !IPAddress.TryParse(text, out _) && !text.All(letter => char.IsAsciiDigit(letter) || letter == '.');

    private static bool IsName(string text)
    {
        var name = text.EndsWith('.') ? text[..^1] : text;
        return name.Length is > 0 and <= MaximumNameLength
            && name.Split('.')
                .All(label =>
                    label is [not '-', ..] && label.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_')
                );
    }
}
