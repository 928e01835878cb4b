namespace SshMqttBridge.Hosting;

/// <summary>The state directory is in use or unusable: the bridge does not start.</summary>
internal sealed class StateDirectoryException(string message, Exception inner) : Exception(message, inner);
