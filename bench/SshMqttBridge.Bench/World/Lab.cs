using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Bench.World;

/// <summary>A private broker and a private SSH server, which end with it.</summary>
internal sealed class Lab : IAsyncDisposable
{
    private Lab(SshdServer sshd, MosquittoBroker broker)
    {
        Sshd = sshd;
        Broker = broker;
    }

    public SshdServer Sshd { get; }

    public MosquittoBroker Broker { get; }

    public int BrokerPort => Broker.Port;

    /// <summary>Port, user and key, as arguments of the C program.</summary>
    public string[] Login => [Floor.Text(Sshd.Port), SshdServer.User, Sshd.Key];

    /// <param name="noDelay">Whether the broker sends each message at once. It does not by default, which delays messages by up
    /// to 40 ms.</param>
    public static async Task<Lab> StartAsync(bool noDelay = true)
    {
        // All servers of a bridge are this sshd. A log line for each packet would distort the measurements.
        var sshd = await SshdServer.StartNewAsync("LogLevel ERROR\nMaxStartups 5000");
        try
        {
            return new Lab(
                sshd,
                await MosquittoBroker.StartNewAsync(new MosquittoBrokerOptions { Extra = noDelay ? "set_tcp_nodelay true" : "" })
            );
        }
        catch
        {
            await sshd.DisposeAsync();
            throw;
        }
    }

    /// <summary>A configuration with servers <c>s0</c>, <c>s1</c> and so on, all of which are this lab's sshd.</summary>
    public BridgeYaml Servers(string prefix, int count, params string[] settings)
    {
        BridgeYaml yaml = new(BrokerPort);
        for (var number = 0; number < count; number++)
        {
            yaml.Server($"{prefix}{number}", Sshd, settings);
        }

        return yaml;
    }

    /// <param name="yaml">The configuration.</param>
    /// <param name="baseTopic">As in the configuration.</param>
    public Task<RunningBridge> StartBridgeAsync(BridgeYaml yaml, string baseTopic = "ssh") =>
        RunningBridge.StartAsync(yaml, BrokerPort, baseTopic);

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await Sshd.DisposeAsync();
    }
}
