namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>A test with the SSH server in JavaScript.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Ssh2FactAttribute : FactAttribute
{
    public Ssh2FactAttribute() => Skip = Ssh2Server.Obstacle;
}
