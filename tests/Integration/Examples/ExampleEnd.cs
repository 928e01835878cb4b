namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>A program's exit status and output.</summary>
internal sealed record ExampleEnd(int Status, string Out, string Err);
