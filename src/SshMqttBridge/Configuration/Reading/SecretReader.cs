using System.Text;
using System.Text.Unicode;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads a secret: its text, or the name of the file that contains it.</summary>
internal static class SecretReader
{
    private const int LargestSecretBytes = 64 * 1024;

    /// <summary>Returns the secret; null if there is none.</summary>
    /// <param name="isWritten">Whether the configuration file contains the secret.</param>
    public static Secret? ReadSecret(
        this SectionReader section,
        OptionalSetting<Secret> text,
        FileSetting file,
        out bool isWritten
    )
    {
        isWritten = false;
        // A server with password does not inherit passwordFile from the defaults, and vice versa.
        if (section.Layers().FirstOrDefault(layer => layer.Has(text) || layer.Has(file)) is not { } layer)
        {
            return null;
        }

        var (isTextOverride, isFileOverride) = (IsFromEnvironment(layer.Find(text)), IsFromEnvironment(layer.Find(file)));
        if (layer.Has(text) && layer.Has(file) && isTextOverride == isFileOverride)
        {
            layer.Fault(file, $"is set together with '{text.Name}'; keep one of them");
            return null;
        }

        // An environment variable for one of the two overrides the other one in the file, too.
        if (!layer.Has(text) || isFileOverride)
        {
            return ReadFile(layer, file);
        }

        var secret = layer.Read(text);
        isWritten = secret is not null && !isTextOverride;
        return secret;
    }

    private static Secret? ReadFile(SectionReader section, FileSetting setting)
    {
        if (section.ReadPath(setting) is not { } path)
        {
            return null;
        }

        if (!SmallFile.TryRead(path, LargestSecretBytes, out var file, out var problem))
        {
            section.Fault(setting, $"{path} {problem}");
            return null;
        }

        var content = WithoutLineEnd(file.Content);
        if (Validate(content, file.Whole) is { } message)
        {
            section.Fault(setting, $"{path} {message}");
            return null;
        }

        section.Context.Diagnostics.WarnIfExposed(path, file.IsExposed);
        return new Secret(Encoding.UTF8.GetString(content));
    }

    private static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> content) =>
        content.EndsWith("\r\n"u8) ? content[..^2]
        : content.EndsWith("\n"u8) ? content[..^1]
        : content;

    private static string? Validate(ReadOnlySpan<byte> content, bool isWhole) =>
        content switch
        {
            _ when !isWhole => $"exceeds the {LargestSecretBytes / 1024} KiB limit",
            [] => "is empty",
            _ when content.Contains((byte)0) => "contains a NUL byte",
            _ when !Utf8.IsValid(content) => "is not UTF-8 text",
            _ => null,
        };

    private static bool IsFromEnvironment(FoundValue? value) => value is { Node: ScalarNode { FromEnvironment: true } };
}
