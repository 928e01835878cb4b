namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>Tests that make a user with a password, which only root may.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute() => Skip = new RootFactAttribute().Skip;
}
