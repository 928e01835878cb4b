using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Parses the host keys to accept: <c>accept-new</c>, <c>strict</c> or a fingerprint.</summary>
internal static class HostKeyRules
{
    private const string AcceptNew = "accept-new";
    private const string Strict = "strict";
    private const string Prefix = "SHA256:";

    /// <summary>Parses the text. Returns null, or a description of valid values.</summary>
    public static string? Parse(string text, out HostKeyPolicy? value)
    {
        value = text switch
        {
            AcceptNew => HostKeyPolicy.AcceptNew,
            Strict => HostKeyPolicy.Strict,
            _ when IsFingerprint(text) => new HostKeyPolicy(HostKeyMode.Pinned, text.TrimEnd('=')),
            _ => null,
        };
        return value is null
            ? "must be accept-new, strict, or a fingerprint such as SHA256: and 43 characters of base64 "
                + "(ssh-keygen -lf prints it)"
            : null;
    }

    public static JsonObject Schema() =>
        SchemaKeywords.AnyOf(SchemaKeywords.Choice([AcceptNew, Strict]), SchemaKeywords.Pattern(SchemaPatterns.Fingerprint));

    public static string Format(HostKeyPolicy policy) =>
        policy.Mode switch
        {
            HostKeyMode.AcceptNew => AcceptNew,
            HostKeyMode.Strict => Strict,
            _ => policy.Fingerprint ?? "",
        };

    private static bool IsFingerprint(string text)
    {
        var hash = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].TrimEnd('=') : "";
        Span<byte> bytes = stackalloc byte[32];
        return hash.Length == 43
            && Convert.TryFromBase64String(hash + "=", bytes, out var count)
            && count == bytes.Length
            // Rejects a last character that sets bits beyond the 256th.
            && Convert.ToBase64String(bytes) == hash + "=";
    }
}
