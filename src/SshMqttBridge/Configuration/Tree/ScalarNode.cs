namespace SshMqttBridge.Configuration.Tree;

/// <summary>One value, as the text that was written.</summary>
internal sealed class ScalarNode(string origin, string text, bool isNull = false, bool fromEnvironment = false)
    : ConfigurationNode(origin)
{
    public string Text { get; } = text;

    /// <summary>Whether there is no value: nothing, or a <c>null</c> or <c>~</c> without quotes.</summary>
    public bool IsNull { get; } = isNull;

    /// <summary>Whether it comes from an environment variable, where a list is written with commas.</summary>
    public bool FromEnvironment { get; } = fromEnvironment;
    public override string Kind => IsNull ? "nothing" : "a single value";
}
