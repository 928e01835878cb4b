namespace SshMqttBridge.Hosting.Demo;

/// <summary>The demo cannot start; the message contains the cause and a remedy.</summary>
internal sealed class DemoException(string message, Exception? inner = null) : Exception(message, inner);
