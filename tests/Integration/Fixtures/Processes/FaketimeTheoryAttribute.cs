namespace SshMqttBridge.Tests.Integration.Fixtures.Processes;

/// <summary>Like <see cref="FaketimeFactAttribute"/>, for a test with several jumps.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FaketimeTheoryAttribute : TheoryAttribute
{
    public FaketimeTheoryAttribute() => Skip = new FaketimeFactAttribute().Skip;
}
