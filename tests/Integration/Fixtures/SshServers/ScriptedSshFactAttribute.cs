namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>A test with an SSH server that only a script can be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ScriptedSshFactAttribute : FactAttribute
{
    public ScriptedSshFactAttribute() => Skip = ScriptedSshServer.Obstacle;
}
