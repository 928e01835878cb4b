using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Fixtures.Bridges;

/// <summary>A broker and an SSH server of a test class's own, for bridges that it starts.</summary>
public class BridgeWorld : IAsyncLifetime
{
    public MosquittoBroker Broker { get; private set; } = null!;

    internal SshdServer Sshd { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        var sshd = SshdServer.StartNewAsync();
        Broker = await MosquittoBroker.StartNewAsync();
        Sshd = await sshd;
    }

    public virtual async Task DisposeAsync()
    {
        await Sshd.DisposeAsync();
        await Broker.DisposeAsync();
    }

    internal BridgeYaml Yaml() => new(Broker.Port);

    /// <summary>A configuration with one server, <c>nas</c>.</summary>
    internal BridgeYaml Nas(params string[] lines) => Yaml().Server("nas", Sshd, lines);

    internal Task<BridgeHost> StartAsync(BridgeYaml yaml, ProbeOptions? probe = null) =>
        BridgeHost.StartNewAsync(yaml, Broker, probe);

    /// <summary>
    /// A bridge that ends if its heap exceeds 64 MiB (in hexadecimal below), for tests of its memory: without a limit, how far
    /// the heap grows before a collection depends on the machine.
    /// </summary>
    internal Task<BridgeHost> StartWithSmallHeapAsync(BridgeYaml yaml) =>
        BridgeHost.StartNewAsync(yaml, Broker, wrapper: ["env", "DOTNET_GCHeapHardLimit=4000000"]);
}
