using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Fixtures.Bridges;

/// <summary>
/// Some bridges of one group with their own folders, a broker and an SSH server, <c>nas</c>. The topics are seen by the client of
/// the first bridge, which stays when that bridge is killed.
/// </summary>
internal sealed class BridgeGroup : IAsyncDisposable
{
    private readonly Dictionary<string, BridgeHost> _bridges = new(StringComparer.Ordinal);
    private readonly MosquittoBroker? _broker;

    private BridgeGroup(MosquittoBroker? broker, SshdServer sshd)
    {
        _broker = broker;
        Sshd = sshd;
    }

    public MosquittoBroker Broker => _broker ?? throw new InvalidOperationException("The test has its own broker.");

    public SshdServer Sshd { get; }

    /// <summary>The server's topics.</summary>
    public BridgeClient Nas => Client["nas"];

    public MqttProbe Probe => Client.Probe;

    public BridgeHost Client => _bridges.Values.First();

    public BridgeHost this[string instance] => _bridges[instance];

    /// <summary>Starts all instances at once, and waits until one leads.</summary>
    public static Task<BridgeGroup> StartAsync(int count = 2, params string[] serverLines) =>
        StartAsync(count, _ => [], serverLines);

    /// <summary>The same, with further settings of each instance.</summary>
    public static Task<BridgeGroup> StartAsync(int count, Func<string, string[]> topLines, params string[] serverLines) =>
        StartAsync(count, (instance, _, yaml) => yaml.Top(topLines(instance)), serverLines);

    /// <summary>Two instances with a lease of etcd.</summary>
    /// <param name="etcd">The cluster.</param>
    /// <param name="firstBrokerPort">Where the first instance connects; null: directly to the broker.</param>
    public static Task<BridgeGroup> StartAsync(EtcdCluster etcd, Func<int, int>? firstBrokerPort = null) =>
        StartAsync(
            2,
            (instance, broker, yaml) =>
            {
                yaml.Top($"group: {{instance: {instance}, lease: etcd, etcd: {{endpoints: [{etcd.Endpoints}]}}}}");
                return instance == "pi-0" && firstBrokerPort is not null
                    ? yaml.Mqtt($"port: {firstBrokerPort(broker.Port)}")
                    : yaml;
            },
            []
        );

    private static async Task<BridgeGroup> StartAsync(
        int count,
        Func<string, MosquittoBroker, BridgeYaml, BridgeYaml> adapt,
        string[] serverLines
    )
    {
        var broker = await MosquittoBroker.StartNewAsync();
        BridgeGroup group = new(broker, await SshdServer.StartNewAsync());
        return await group.LaunchAsync(
            count,
            instance =>
            {
                var yaml = new BridgeYaml(broker.Port)
                    .Top($"group: {{instance: {instance}}}")
                    .Server("nas", group.Sshd, serverLines);
                return BridgeHost.CreateAsync(adapt(instance, broker, yaml), broker);
            }
        );
    }

    /// <summary>Starts two bridges at once that the test has prepared, with a broker that outlives them, and waits until one
    /// leads.</summary>
    /// <param name="sshd">Ends with the group.</param>
    /// <param name="create">Prepares the bridge of an instance.</param>
    public static Task<BridgeGroup> StartAsync(SshdServer sshd, Func<string, Task<BridgeHost>> create) =>
        new BridgeGroup(null, sshd).LaunchAsync(2, create);

    /// <summary>Waits for a leader with this epoch or a later one that is online.</summary>
    /// <returns>Its instance.</returns>
    public async Task<string> ShouldBeLedAsync(int epoch)
    {
        try
        {
            await Eventually.TrueAsync(
                () => Leader is { } leader && leader.Epoch >= epoch && IsServing(),
                $"Nobody leads with epoch {epoch}"
            );
            return Leader!.Value.Instance;
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(exception.Message + Logs, exception);
        }
    }

    /// <summary>Waits for this state of an instance.</summary>
    public Task ShouldBeAsync(string instance, string state) =>
        Eventually.TrueAsync(
            () => Task.FromResult(StatesOf(instance).LastOrDefault() == state),
            () => $"{instance} does not become {state}, it has been: {string.Join(", ", StatesOf(instance))}{Logs}"
        );

    /// <summary>The last leader that was published.</summary>
    public (string Instance, int Epoch)? Leader
    {
        get
        {
            if (Last("ssh/bridge/leader") is not { Length: > 0 } json)
            {
                return null;
            }

            using var leader = JsonDocument.Parse(json);
            return (leader.RootElement.GetProperty("instance").GetString()!, leader.RootElement.GetProperty("epoch").GetInt32());
        }
    }

    /// <summary>One of those that stand by.</summary>
    public string Standby => _bridges.Keys.First(instance => instance != Leader!.Value.Instance);

    public string Logs => string.Concat(_bridges.Select(bridge => $"\n--- {bridge.Key}\n{bridge.Value.Log}"));

    /// <summary>The topics below <c>ssh/bridge/commands</c> on which the broker holds a message.</summary>
    public IReadOnlyList<string> Records =>
        [
            .. Probe
                .Messages.Where(message => message.Topic.StartsWith("ssh/bridge/commands/", StringComparison.Ordinal))
                .GroupBy(message => message.Topic)
                .Where(topic => topic.Last().Text.Length > 0)
                .Select(topic => topic.Key),
        ];

    public async ValueTask DisposeAsync()
    {
        foreach (var bridge in _bridges.Values)
        {
            await bridge.DisposeAsync();
        }

        await Sshd.DisposeAsync();
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }

    private async Task<BridgeGroup> LaunchAsync(int count, Func<string, Task<BridgeHost>> create)
    {
        try
        {
            foreach (var instance in Enumerable.Range(0, count).Select(number => $"pi-{number}"))
            {
                _bridges.Add(instance, await create(instance));
            }

            await Task.WhenAll(_bridges.Values.Select(bridge => bridge.LaunchAsync()));
            await ShouldBeLedAsync(epoch: 1);
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>The leader has published that it is online since it leads.</summary>
    private bool IsServing()
    {
        var messages = Probe.Messages;
        var led = messages.ToList().FindLastIndex(message => message.Topic == "ssh/bridge/leader");
        return messages.Skip(led).LastOrDefault(message => message.Topic == "ssh/bridge/state")?.Text == "online";
    }

    private IEnumerable<string> StatesOf(string instance) =>
        Probe.Messages.Where(message => message.Topic == $"ssh/bridge/instances/{instance}").Select(message => message.Text);

    private string? Last(string topic) => Probe.Messages.LastOrDefault(message => message.Topic == topic)?.Text;
}
