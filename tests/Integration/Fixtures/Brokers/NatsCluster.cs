using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>
/// Real nats-servers in one cluster: three that store sessions and retained messages (JetStream), and two in front of them, to which
/// the clients connect by MQTT 3.1.1.
/// </summary>
internal sealed class NatsCluster : IAsyncDisposable
{
    /// <summary>What each node runs.</summary>
    public const string Program = "nats-server";

    private const int Fronts = 2;
    private const int Stores = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly List<ChildProcess> _nodes = [];
    private readonly int[] _routes = [.. Enumerable.Range(0, Fronts + Stores).Select(_ => FreePort.Find())];

    private NatsCluster() { }

    /// <summary>Of the two nodes in front.</summary>
    public IReadOnlyList<int> Ports { get; } = [.. Enumerable.Range(0, Fronts).Select(_ => FreePort.Find())];

    /// <summary>How a client connects.</summary>
    public static ProbeOptions Client => new() { Version = 4 };

    /// <summary>What all nodes logged.</summary>
    public string Log => string.Join("\n---\n", _nodes.Select(node => node.Output));

    /// <summary>Returns when both nodes in front serve clients.</summary>
    public static async Task<NatsCluster> StartNewAsync()
    {
        NatsCluster cluster = new();
        try
        {
            for (var i = 0; i < Fronts + Stores; i++)
            {
                var file = cluster._folder.Write($"{i}.conf", cluster.Configuration(i));
                cluster._nodes.Add(await ChildProcess.StartAsync(Program, ["-c", file]));
            }

            foreach (var port in cluster.Ports)
            {
                await Eventually.TrueAsync(() => IsServingAsync(port), () => $"The cluster does not start: {cluster.Log}");
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills a node in front with -9.</summary>
    public async Task KillAsync(int front)
    {
        _nodes[front].Signal(ChildProcess.Kill);
        await _nodes[front].WaitForExitAsync();
    }

    /// <summary>Makes a node in front hang: connections stay, nothing is answered.</summary>
    public void Pause(int front) => _nodes[front].Signal(ChildProcess.Stop);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static async Task<bool> IsServingAsync(int port)
    {
        try
        {
            await using var probe = await MqttProbe.ConnectAsync(port, Client);
            return await probe.SubscribeAsync("test") < 128 && await probe.PublishAsync("test", "") == 0;
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    /// <summary>
    /// Those that store count their routes to know how many of them elect the first leader: with those of the nodes in front, all
    /// three would have to vote for one, and sometimes do not agree for a minute.
    /// </summary>
    private IEnumerable<int> RoutesOf(int node) => node < Fronts ? _routes : _routes.Skip(Fronts);

    private string Configuration(int node) =>
        $$"""
            server_name: node-{{node}}
            listen: "127.0.0.1:{{FreePort.Find()}}"
            cluster {
              name: test
              listen: "127.0.0.1:{{_routes[node]}}"
              routes: [{{string.Join(", ", RoutesOf(node).Select(port => $"\"nats://127.0.0.1:{port}\""))}}]
            }
            {{(
                node < Fronts
                    ? $$"""mqtt { listen: "127.0.0.1:{{Ports[node]}}" }"""
                    : $$"""jetstream { store_dir: "{{_folder[$"{node}"]}}", max_memory_store: 64MB, max_file_store: 64MB }"""
            )}}
            """;
}
