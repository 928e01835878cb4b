namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>A test that needs a <see cref="ProcessNamespace"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProcessNamespaceFactAttribute : FactAttribute
{
    public ProcessNamespaceFactAttribute() => Skip = ProcessNamespace.Obstacle;
}
