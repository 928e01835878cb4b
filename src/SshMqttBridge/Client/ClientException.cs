namespace SshMqttBridge.Client;

/// <summary>The client ends with a message and an exit status.</summary>
internal sealed class ClientException(int exitStatus, string message) : Exception(message)
{
    /// <summary>One of <see cref="ClientExitStatus"/>.</summary>
    public int ExitStatus { get; } = exitStatus;
}
