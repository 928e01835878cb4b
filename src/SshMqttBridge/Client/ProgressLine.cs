using SshMqttBridge.Common;

namespace SshMqttBridge.Client;

/// <summary>The text for a message on <c>ssh/ID/progress</c>.</summary>
internal static class ProgressLine
{
    /// <returns>Null: it is not a message about this transfer.</returns>
    public static string? TryRead(ReadOnlyMemory<byte> json, string id)
    {
        if (PublishedJson.TryParse(json) is not { } progress || progress.TextOf("id") != id)
        {
            return null;
        }

        var (bytes, total) = (progress.NumberOf("bytes") ?? 0, progress.NumberOf("total") ?? 0);
        var percent = (int)(100.0 * bytes / Math.Max(total, 1));
        return $"{percent} % of {total} bytes, {(progress.NumberOf("rate") ?? 0) / 1000} kB/s";
    }
}
