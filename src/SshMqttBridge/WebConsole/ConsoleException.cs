namespace SshMqttBridge.WebConsole;

/// <summary>The console cannot be started; the message says why and what to do.</summary>
internal sealed class ConsoleException(string message, Exception? inner = null) : Exception(message, inner);
