using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Bridges;

/// <summary>
/// The real program, run as a process of its own with its own folders, and a client of its broker that sees all its topics.
/// It is used over MQTT only.
/// </summary>
internal sealed class BridgeHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ProbeOptions _probeOptions;
    private readonly int _brokerPort;
    private string _oldLogs = "";
    private ChildProcess? _process;

    private BridgeHost(int brokerPort, ProbeOptions probeOptions)
    {
        _brokerPort = brokerPort;
        _probeOptions = probeOptions;
    }

    /// <summary>Subscribed to <c>ssh/#</c>.</summary>
    public MqttProbe Probe { get; private set; } = null!;

    public string ConfigurationFile => _folder["bridge.yaml"];

    /// <summary>The folder of the configuration file, in which are <c>files</c> and <c>state</c>.</summary>
    public TemporaryFolder Folder => _folder;

    public ChildProcess Process => _process ?? throw new InvalidOperationException("The bridge is not running.");

    /// <summary>
    /// A program and its arguments that runs the bridge in its own place, with the rest of its command line; for the next
    /// start.
    /// </summary>
    public IReadOnlyList<string> Wrapper { get; set; } = [];

    /// <summary>All that it wrote since the first start.</summary>
    public string Log => _oldLogs + _process?.Output;

    /// <summary>A server's topics.</summary>
    public BridgeClient this[string id] => new(this, id);

    /// <summary>
    /// Writes the configuration, starts the program and waits until it is online; its servers may still be connecting.
    /// </summary>
    public static async Task<BridgeHost> StartNewAsync(
        BridgeYaml yaml,
        MosquittoBroker broker,
        ProbeOptions? probe = null,
        IReadOnlyList<string>? wrapper = null
    )
    {
        var host = await CreateAsync(yaml, broker, probe);
        host.Wrapper = wrapper ?? [];
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the configuration and connects the client; the program is started by <see cref="StartAsync"/>.</summary>
    public static Task<BridgeHost> CreateAsync(BridgeYaml yaml, MosquittoBroker broker, ProbeOptions? probe = null) =>
        CreateAsync(yaml.ToString(), broker.Port, probe);

    /// <summary>The same with the text of a configuration file, and the client's port of any broker.</summary>
    public static async Task<BridgeHost> CreateAsync(string yaml, int brokerPort, ProbeOptions? probe = null)
    {
        BridgeHost host = new(brokerPort, probe ?? new ProbeOptions());
        host._folder.Write("bridge.yaml", yaml);
        Directory.CreateDirectory(host._folder["files"]);
        await host.ConnectProbeAsync();
        // When this has arrived, so have an earlier bridge's retained messages; no test may mistake them for its own.
        await host.Probe.PublishAsync("ssh/test/ready", "");
        await host.Probe.WaitForAsync(message => message.Topic == "ssh/test/ready");
        host.Probe.Clear();
        return host;
    }

    /// <summary>Takes effect at the next start.</summary>
    public void Configure(BridgeYaml yaml) => _folder.Write("bridge.yaml", yaml.ToString());

    /// <summary>Starts the program, also again, on the same folders, and waits until it is online.</summary>
    public async Task StartAsync()
    {
        var before = Probe.Messages.Count(IsOnline);
        await LaunchAsync();
        await OrLogAsync(
            Eventually.TrueAsync(
                () =>
                    Process.HasExited
                        ? throw new InvalidOperationException($"The bridge ended at once: {Log}")
                        : Probe.Messages.Count(IsOnline) > before,
                "The bridge does not come online"
            )
        );
    }

    /// <summary>Starts the program and waits for nothing.</summary>
    public async Task LaunchAsync() => _process = await BridgeProgram.StartInAsync(Wrapper, "run", "--config", ConfigurationFile);

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    /// <returns>The exit status.</returns>
    public async Task<int> StopAsync()
    {
        Process.Signal(ChildProcess.Terminate);
        return await WaitForExitAsync();
    }

    /// <summary>Kills it with -9.</summary>
    public async Task KillAsync()
    {
        Process.Signal(ChildProcess.Kill);
        await WaitForExitAsync();
    }

    /// <returns>The exit status.</returns>
    public async Task<int> WaitForExitAsync()
    {
        await OrLogAsync(Process.WaitForExitAsync());
        var status = Process.ExitCode;
        await ForgetAsync();
        return status;
    }

    /// <summary>Connects the client again after the broker's restart; what it saw before is forgotten.</summary>
    public async Task ConnectProbeAsync()
    {
        if (Probe is { } old)
        {
            await old.DisposeAsync();
        }

        Probe = await MqttProbe.ConnectAsync(_brokerPort, _probeOptions);
        await Probe.SubscribeAsync("ssh/#");
    }

    /// <summary>The first message on this topic with this payload, also one that has come already.</summary>
    public Task<ProbeMessage> SeenAsync(string topic, string payload) => SeenAsync(topic, text => text == payload);

    public Task<ProbeMessage> SeenAsync(string topic, Func<string, bool> isMeant) =>
        OrLogAsync(Probe.WaitForAsync(message => message.Topic == topic && isMeant(message.Text)));

    /// <summary>Waits until the last message on this topic is this one.</summary>
    public Task IsAsync(string topic, string payload) => IsAsync(topic, text => text == payload, payload);

    /// <summary>Waits until the last message on this topic is such a one.</summary>
    public Task IsAsync(string topic, Func<string, bool> isMeant, string description) =>
        OrLogAsync(
            Eventually.TrueAsync(
                () => Probe.Messages.LastOrDefault(message => message.Topic == topic)?.Text is { } last && isMeant(last),
                $"{topic} does not become {description}"
            )
        );

    public Task LoggedAsync(string words) =>
        OrLogAsync(
            Eventually.TrueAsync(() => Log.Contains(words, StringComparison.Ordinal), $"the log does not contain '{words}'")
        );

    /// <summary>Adds the bridge's log to the message of a wait that failed.</summary>
    public async Task<T> OrLogAsync<T>(Task<T> wait)
    {
        try
        {
            return await wait;
        }
        catch (Exception exception) when (exception is TimeoutException or HttpRequestException)
        {
            throw new TimeoutException($"{exception.Message}\n{Log}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ForgetAsync();
        if (Probe is { } probe)
        {
            await probe.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task OrLogAsync(Task wait) => await OrLogAsync(wait.ContinueWith(Done, TaskScheduler.Default).Unwrap());

    private static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }

    private static bool IsOnline(ProbeMessage message) => message is { Topic: "ssh/bridge/state", Text: "online" };

    private async Task ForgetAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
            _oldLogs += process.Output + "\n";
        }
    }
}
