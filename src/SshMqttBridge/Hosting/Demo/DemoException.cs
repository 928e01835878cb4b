namespace SshMqttBridge.Hosting.Demo;

/// <summary>The demo cannot start; the message says why, and what to do.</summary>
internal sealed class DemoException(string message, Exception? inner = null) : Exception(message, inner);
