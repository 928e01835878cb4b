using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The type of a setting: reads a value of it. Immutable.</summary>
/// <typeparam name="T">The .NET type of the values.</typeparam>
internal abstract class SettingType<T> : SettingType
{
    /// <summary>Reads a value, or reports a fault and returns false.</summary>
    /// <param name="path">The value's path, for the fault.</param>
    public abstract bool TryRead(ReadingContext context, string path, ConfigurationNode node, [MaybeNullWhen(false)] out T value);

    /// <summary>Converts a value to JSON, as in the file; null for a value that the file cannot contain.</summary>
    public abstract JsonNode? ToJson(T value);
}
