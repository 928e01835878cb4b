using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Bridges;

/// <summary>Real members of an etcd cluster, on ports of the loopback interface.</summary>
internal sealed class EtcdCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly (int Client, int Peer)[] _ports;
    private readonly ChildProcess?[] _members;

    private EtcdCluster(int members)
    {
        _ports = [.. Enumerable.Range(0, members).Select(_ => (FreePort.Find(), FreePort.Find()))];
        _members = new ChildProcess?[members];
    }

    /// <summary>The URLs of all members, separated by commas.</summary>
    public string Endpoints => string.Join(", ", _ports.Select(port => $"'http://127.0.0.1:{port.Client}'"));

    /// <summary>What the members have logged.</summary>
    public string Log => string.Join('\n', _members.Select(member => member?.Output));

    /// <summary>Starts it, and waits until it serves clients.</summary>
    public static async Task<EtcdCluster> StartAsync(int members = 1)
    {
        EtcdCluster cluster = new(members);
        try
        {
            await cluster.StartAllAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the members that do not run, with the data that they had.</summary>
    public async Task StartAllAsync()
    {
        for (var i = 0; i < _members.Length; i++)
        {
            _members[i] ??= await StartMemberAsync(i);
        }

        foreach (var member in _members)
        {
            if (!await member!.WaitForLineAsync(line => line.Contains("serving client traffic", StringComparison.Ordinal)))
            {
                throw new InvalidOperationException($"etcd did not start: {Log}");
            }
        }
    }

    public async Task KillAsync(int member)
    {
        var process = _members[member]!;
        _members[member] = null;
        process.Signal(ChildProcess.Kill);
        await process.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            if (member is not null)
            {
                await member.DisposeAsync();
            }
        }

        _folder.Dispose();
    }

    private Task<ChildProcess> StartMemberAsync(int member)
    {
        var (client, peer) = _ports[member];
        return ChildProcess.StartAsync(
            "etcd",
            [
                "--name",
                Name(member),
                "--data-dir",
                _folder[Name(member)],
                "--listen-client-urls",
                Url(client),
                "--advertise-client-urls",
                Url(client),
                "--listen-peer-urls",
                Url(peer),
                "--initial-advertise-peer-urls",
                Url(peer),
                "--initial-cluster",
                string.Join(',', _ports.Select((port, i) => $"{Name(i)}={Url(port.Peer)}")),
                "--logger",
                "zap",
            ]
        );
    }

    private static string Name(int member) => $"etcd-{member}";

    private static string Url(int port) => $"http://127.0.0.1:{port}";
}
