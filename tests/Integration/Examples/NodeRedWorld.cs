using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>
/// A broker, a bridge with the servers that the flow names, and Node-RED; where it is not installed, none of them.
/// </summary>
public sealed class NodeRedWorld : IAsyncLifetime
{
    private BridgeWorld? _world;

    internal SshdServer Sshd => _world!.Sshd;

    internal FaultProxy Link { get; private set; } = null!;

    internal BridgeHost Bridge { get; private set; } = null!;

    internal NodeRed? NodeRed { get; private set; }

    public async Task InitializeAsync()
    {
        if (!NodeRedFactAttribute.IsThere)
        {
            return;
        }

        _world = new BridgeWorld();
        await _world.InitializeAsync();
        Link = new FaultProxy(Sshd.Port);
        Bridge = await _world.StartAsync(
            _world
                .Nas($"port: {Link.Port}", "actions: {greet: {command: 'echo \"hello $name\"', parameters: {name: text}}}")
                .Server("router", Sshd, "stdout: line")
        );
        await Bridge["nas"].IsAsync("connection", "online");
        await Bridge["router"].IsAsync("connection", "online");
        NodeRed = await NodeRed.StartNewAsync(_world.Broker.Port);
    }

    public async Task DisposeAsync()
    {
        if (_world is null)
        {
            return;
        }

        if (NodeRed is { } nodeRed)
        {
            await nodeRed.DisposeAsync();
        }

        await Bridge.DisposeAsync();
        await Link.DisposeAsync();
        await _world.DisposeAsync();
    }
}
