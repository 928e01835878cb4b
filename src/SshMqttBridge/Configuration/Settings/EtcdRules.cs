namespace SshMqttBridge.Configuration.Settings;

/// <summary>Validates the settings of etcd. Each method returns null, or a description of valid values.</summary>
internal static class EtcdRules
{
    public static string? ParseEndpoint(string text, out Uri? value)
    {
        var isEndpoint =
            Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            && url.UserInfo.Length == 0
            && url.PathAndQuery == "/"
            && url.Fragment.Length == 0;
        value = isEndpoint ? url : null;
        return isEndpoint ? null : "must be an http or https URL without path, query or user, for example http://192.0.2.1:2379";
    }

    public static string? ValidatePrefix(string text) =>
        text.StartsWith('/') && !text.EndsWith('/') && !text.Any(char.IsControl)
            ? null
            : "must begin with / and not end with /, and must not contain control characters";
}
