using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Chaos.Groups;

/// <summary>
/// One private broker, some private SSH servers and the bridges of one group between them, all on this machine and all removed at
/// the end.
/// </summary>
internal sealed class GroupWorld : IAsyncDisposable
{
    /// <summary>The signal on which mosquitto saves its retained messages.</summary>
    private const int Save = 10;

    private readonly List<ServerSite> _servers = [];
    private readonly List<GroupMember> _members = [];

    private GroupWorld(MosquittoBroker broker) => Broker = broker;

    public MosquittoBroker Broker { get; }

    public IReadOnlyList<ServerSite> Servers => _servers;

    public IReadOnlyList<GroupMember> Members => _members;

    /// <summary>Starts all but the bridges.</summary>
    public static async Task<GroupWorld> CreateAsync(RunOptions options, TimeSpan takeover, RunClock clock)
    {
        GroupWorld world = new(
            await MosquittoBroker.StartNewAsync(new MosquittoBrokerOptions { Persistence = true, Extra = "set_tcp_nodelay true" })
        );
        try
        {
            for (var number = 0; number < options.Group; number++)
            {
                GroupMember member = new(number, world.Broker.Port, clock, options.Seed + number);
                world._members.Add(member);
                await SshKeys.GenerateAsync(member.Key);
            }

            string[] keys =
            [
                .. world._members.Select(member =>
                    $"environment=\"{GroupMember.SenderVariable}={member.Name}\" {SshKeys.PublicKey(member.Key)}"
                ),
            ];
            for (var number = 0; number < options.Servers; number++)
            {
                world._servers.Add(
                    await ServerSite.StartAsync(number, options.Seed, "LogLevel ERROR\nPermitUserEnvironment yes", keys)
                );
            }

            foreach (var member in world._members)
            {
                member.Configure(world._servers, takeover, options.Library, options.Seed);
            }

            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the broker, which may lose the messages that it has just received.</summary>
    public async Task EndBrokerAsync(BrokerEnd how)
    {
        foreach (var member in _members)
        {
            member.BrokerLink.Fault = new LinkFault.Refuse();
        }

        switch (how)
        {
            case BrokerEnd.Stopped:
                await Broker.StopAsync();
                break;
            case BrokerEnd.Killed:
                ChildProcess.Signal(Broker.ProcessId, Save);
                await Task.Delay(TimeSpan.FromMilliseconds(100));
                await Broker.KillAsync();
                break;
            case BrokerEnd.Forgotten:
                await Broker.KillAsync();
                File.Delete(Path.Combine(Broker.Folder, "mosquitto.db"));
                break;
        }
    }

    /// <summary>The instances reconnect only after the publisher has, or nobody would receive what they publish.</summary>
    public async Task StartBrokerAsync(Publisher publisher)
    {
        await Broker.StartAsync();
        await publisher.ConnectAsync();
        foreach (var member in _members)
        {
            member.BrokerLink.Fault = new LinkFault.None();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await Broker.DisposeAsync();
    }
}
