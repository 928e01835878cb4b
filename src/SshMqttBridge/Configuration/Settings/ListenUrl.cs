using System.Net;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Parses the address that the web console listens on.</summary>
internal static class ListenUrl
{
    /// <summary>Parses the text. Returns null, or a description of valid values.</summary>
    public static string? Parse(string text, out Uri? value)
    {
        value = null;
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.UserInfo.Length > 0
            || url.PathAndQuery != "/"
            || url.Fragment.Length > 0
        )
        {
            return "must be the address to listen on, for example http://127.0.0.1:8080 or https://[::]:8443, without a path";
        }

        var isLocalhost = url.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        if (!isLocalhost && !IPAddress.TryParse(url.DnsSafeHost, out _))
        {
            return "must be an address of this machine, localhost, or 0.0.0.0 or [::] for all; other names belong in 'hostNames'";
        }

        if (isLocalhost && url.Port == 0)
        {
            return "must have an address, for example 127.0.0.1, if the port is 0";
        }

        value = url;
        return null;
    }
}
