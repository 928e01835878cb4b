namespace SshMqttBridge.Configuration.Tree;

/// <summary>
/// What was written, before anything is known about what it means. Immutable, so that an anchor's node can be shared.
/// Not records: those would print, and compare node by node, what may be secret and may be an alias bomb.
/// </summary>
/// <param name="origin">Where it was written, in words for a fault.</param>
internal abstract class ConfigurationNode(string origin)
{
    public string Origin { get; } = origin;

    /// <summary>What it is, in words for a fault.</summary>
    public abstract string Kind { get; }
}
