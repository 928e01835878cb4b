namespace SshMqttBridge.Configuration.Tree;

/// <summary>A list.</summary>
internal sealed class SequenceNode(string origin, IReadOnlyList<ConfigurationNode> items) : ConfigurationNode(origin)
{
    public IReadOnlyList<ConfigurationNode> Items { get; } = items;
    public override string Kind => "a list";
}
