using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>A type of single values, not lists or mappings.</summary>
internal abstract class ScalarType<T> : SettingType<T>
{
    public sealed override bool TryRead(
        ReadingContext context,
        string path,
        ConfigurationNode node,
        [MaybeNullWhen(false)] out T value
    )
    {
        value = default;
        if (Scalars.Read(context, path, node) is not { } scalar)
        {
            return false;
        }

        if (scalar.Text.Contains('\0', StringComparison.Ordinal))
        {
            context.Diagnostics.Fault(path, "must not contain the character U+0000", scalar.Origin);
            return false;
        }

        if (Parse(scalar.Text, out var parsed) is not { } problem)
        {
            value = parsed!;
            return true;
        }

        context.Diagnostics.Fault(path, $"{problem}, not {Scalars.Quoted(scalar.Text)}", scalar.Origin);
        return false;
    }

    /// <summary>
    /// Parses the text. Returns null, or a description of valid values, which begins with "must", and no value.
    /// </summary>
    protected abstract string? Parse(string text, out T? value);
}
