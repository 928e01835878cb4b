namespace SshMqttBridge.WebConsole;

/// <summary>The console cannot start; the message contains the cause and a remedy.</summary>
internal sealed class ConsoleException(string message, Exception? inner = null) : Exception(message, inner);
