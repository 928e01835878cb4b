using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the text of the configuration file.</summary>
internal static class ConfigurationFile
{
    private const int LargestFileBytes = 1 << 20;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the text, or reports a fault and returns null.</summary>
    /// <param name="path">The absolute path.</param>
    public static string? ReadText(string path, ConfigurationDiagnostics diagnostics, out bool isExposed)
    {
        isExposed = false;
        if (!SmallFile.TryRead(path, LargestFileBytes, out var file, out var problem))
        {
            diagnostics.Fault(
                path,
                $"the configuration file {problem}. Copy config/bridge.yaml, which explains every key, "
                    + "or specify another file with --config FILE"
            );
            return null;
        }

        isExposed = file.IsExposed;
        if (!file.Whole)
        {
            diagnostics.Fault(path, "exceeds the 1 MiB limit");
            return null;
        }

        try
        {
            var text = Utf8.GetString(file.Content);
            // YAML parsers treat NUL as the end of the file.
            if (text.AsSpan().IndexOfAnyInRange('\0', '\b') is >= 0 and var index)
            {
                diagnostics.Fault(path, "must be text without control characters", $"line {LineOf(text.AsSpan(0, index))}");
                return null;
            }

            return text.TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException exception)
        {
            var before = Encoding.Latin1.GetString(file.Content, 0, Math.Clamp(exception.Index, 0, file.Content.Length));
            diagnostics.Fault(path, "must be UTF-8 text", $"line {LineOf(before)}");
            return null;
        }
    }

    private static int LineOf(ReadOnlySpan<char> before) => before.Count('\n') + 1;
}
