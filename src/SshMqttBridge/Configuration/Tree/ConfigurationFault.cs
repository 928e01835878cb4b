namespace SshMqttBridge.Configuration.Tree;

/// <summary>A fault of the configuration, which prevents the start. Never contains the value of a secret.</summary>
/// <param name="Path">The path of the value, for example <c>servers.nas.port</c>, or the name of a file or an environment
/// variable.</param>
/// <param name="Message">A description of valid values.</param>
/// <param name="Origin">The position of the value, for example <c>line 3, column 9</c> or <c>environment variable X</c>; null:
/// missing.</param>
internal sealed record ConfigurationFault(string Path, string Message, string? Origin = null)
{
    public override string ToString() => Origin is null ? $"{Path}: {Message}" : $"{Path}: {Message} ({Origin})";
}
