namespace SshMqttBridge.Tests.Integration.Ssh;

/// <summary>Tests that look at the whole process (handles, descriptors, environment) run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
