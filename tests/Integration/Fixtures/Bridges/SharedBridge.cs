namespace SshMqttBridge.Tests.Integration.Fixtures.Bridges;

/// <summary>
/// One bridge that runs as long as its collection's tests, with servers for all that can be tried without breaking anything.
/// </summary>
public sealed class SharedBridge : BridgeWorld
{
    internal BridgeHost Bridge { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Bridge = await StartAsync(
            Yaml()
                .Server("nas", Sshd)
                .Server("line", Sshd, "stdout: line")
                .Server("silent", Sshd, "stdout: false")
                .Server("small", Sshd, "maxOutputBytes: 10", "queueLimit: 2", "lineSeparator: '; '")
                .Server("demand", Sshd, "persistentConnection: false", "idleTimeout: 1.5")
        );
        foreach (var id in (string[])["nas", "line", "silent", "small"])
        {
            await Bridge[id].IsAsync("connection", "online");
        }
    }

    public override async Task DisposeAsync()
    {
        await Bridge.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>The tests that share one bridge run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedBridgeTests : ICollectionFixture<SharedBridge>
{
    public const string Name = "shared bridge";
}
