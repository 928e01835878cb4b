using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Reads single values as text.</summary>
internal static class Scalars
{
    /// <summary>Returns the single value, or reports that there is none and returns null.</summary>
    public static ScalarNode? Read(ReadingContext context, string path, ConfigurationNode node)
    {
        switch (node)
        {
            case ScalarNode { IsNull: false } scalar:
                return scalar;
            case ScalarNode:
                context.Diagnostics.Fault(
                    path,
                    "has no value; set one or remove the key (to use the word null as text, quote it)",
                    node.Origin
                );
                return null;
            default:
                context.Diagnostics.Fault(path, $"must be a single value, not {node.Kind}", node.Origin);
                return null;
        }
    }

    /// <summary>Formats a value for a fault: quoted and truncated, or the word "empty".</summary>
    public static string Quoted(string text) => text.Length == 0 ? "empty" : $"'{ConfigurationPath.Printable(text)}'";
}
