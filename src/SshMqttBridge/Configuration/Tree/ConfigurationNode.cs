namespace SshMqttBridge.Configuration.Tree;

/// <summary>
/// A node of the parsed file, before its interpretation. Immutable, so that aliases can share an anchor's node.
/// Not a record, which would print secrets and compare alias bombs node by node.
/// </summary>
/// <param name="origin">The position, as written in a fault.</param>
internal abstract class ConfigurationNode(string origin)
{
    public string Origin { get; } = origin;

    /// <summary>The kind of node, as written in a fault.</summary>
    public abstract string Kind { get; }
}
