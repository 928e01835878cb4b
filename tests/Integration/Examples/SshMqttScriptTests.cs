namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>The repository's examples/shell/ssh-mqtt.</summary>
public sealed class SshMqttScriptTests(ExampleWorld world) : SshMqttTests(world);
