namespace SshMqttBridge.Tests.Integration.Ssh;

/// <summary>
/// Tests that look at the whole process (handles, descriptors, environment) run while no other does. They also have the trait
/// <c>Process</c> = <c>own</c>: scripts/test runs them in a process of their own, beside the others.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
