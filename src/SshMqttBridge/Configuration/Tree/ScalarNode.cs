namespace SshMqttBridge.Configuration.Tree;

/// <summary>A single value, as text.</summary>
internal sealed class ScalarNode(string origin, string text, bool isNull = false, bool fromEnvironment = false)
    : ConfigurationNode(origin)
{
    public string Text { get; } = text;

    /// <summary>Whether there is no value: nothing, or a <c>null</c> or <c>~</c> without quotes.</summary>
    public bool IsNull { get; } = isNull;

    /// <summary>Whether it comes from an environment variable, which separates the items of a list with commas.</summary>
    public bool FromEnvironment { get; } = fromEnvironment;
    public override string Kind => IsNull ? "nothing" : "a single value";
}
