namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>How a program ended, and what it wrote.</summary>
internal sealed record ExampleEnd(int Status, string Out, string Err);
