namespace SshMqttBridge.Configuration.Tree;

/// <summary>Something wrong with the configuration: the bridge does not start. Never holds the value of a secret.</summary>
/// <param name="Path">Where, as <c>servers.nas.port</c>; or the name of a file or an environment variable, if that is what is wrong.</param>
/// <param name="Message">What would be right.</param>
/// <param name="Origin">Where the value was read, as <c>line 3, column 9</c> or <c>environment variable X</c>; null if it was not there.</param>
internal sealed record ConfigurationFault(string Path, string Message, string? Origin = null)
{
    public override string ToString() => Origin is null ? $"{Path}: {Message}" : $"{Path}: {Message} ({Origin})";
}
