using System.Formats.Tar;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Containers;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>A bridge in its container, and a client of its broker that sees all its topics.</summary>
internal sealed class BridgeContainer : IAsyncDisposable
{
    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly ContainerSite _site;
    private readonly IContainer _container;
    private readonly string _baseTopic;
    private MqttProbe? _probe;

    private BridgeContainer(ContainerSite site, IContainer container, string baseTopic)
    {
        _site = site;
        _container = container;
        _baseTopic = baseTopic;
    }

    public string Id => _container.Id;

    /// <summary>Subscribed to all topics of this bridge.</summary>
    public MqttProbe Probe => _probe ?? throw new InvalidOperationException("The client is not connected.");

    public static async Task<BridgeContainer> CreateAsync(ContainerSite site, IContainer container, string baseTopic)
    {
        BridgeContainer bridge = new(site, container, baseTopic);
        await bridge.ConnectProbeAsync();
        return bridge;
    }

    public Task StartAsync() => _container.StartAsync();

    /// <summary>Connects the client again after the broker's restart; what it saw before is forgotten.</summary>
    public async Task ConnectProbeAsync()
    {
        if (_probe is not null)
        {
            await _probe.DisposeAsync();
        }

        _probe = await MqttProbe.ConnectAsync(_site.BrokerPort);
        await _probe.SubscribeAsync($"{_baseTopic}/#");
    }

    /// <summary>
    /// Writes a topic of the server <c>demo</c> and waits for the next result. No other command may end meanwhile.
    /// </summary>
    public async Task<CommandReport> SendAsync(string topic, string payload)
    {
        var results = Probe.Messages.Count(IsResult);
        await Probe.PublishAsync($"{_baseTopic}/demo/{topic}", payload);
        return CommandReport.Read((await OrLogAsync(Probe.WaitForAsync(results + 1, IsResult)))[^1]);
    }

    /// <summary>Waits until the last message on a topic below the base topic is this one.</summary>
    public Task IsAsync(string topic, string payload) =>
        OrLogAsync(WaitAsync(() => LastOn(topic) == payload, $"{_baseTopic}/{topic} does not become '{payload}'"));

    /// <summary>Waits until this message has come, not counting the first so many.</summary>
    public Task SeenAsync(int skipped, string topic, string payload) =>
        OrLogAsync(
            WaitAsync(
                () =>
                    Probe
                        .Messages.Skip(skipped)
                        .Any(message => message.Topic == $"{_baseTopic}/{topic}" && message.Text == payload),
                $"{_baseTopic}/{topic} never was '{payload}'"
            )
        );

    /// <summary>The last message on a topic below the base topic so far.</summary>
    public string? LastOn(string topic) =>
        Probe.Messages.LastOrDefault(message => message.Topic == $"{_baseTopic}/{topic}")?.Text;

    /// <summary>Writes a file into the bridge's base directory; readable by all.</summary>
    public async Task WriteFileAsync(string name, byte[] content)
    {
        // Testcontainers itself unpacks below '/', which an engine refuses where that is read-only.
        using MemoryStream archive = new();
        await using (TarWriter writer = new(archive, leaveOpen: true))
        {
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), Mode = ReadableByAll }
            );
        }

        archive.Position = 0;
        await _site.Engine.Containers.ExtractArchiveToContainerAsync(
            Id,
            new CopyToContainerParameters { Path = "/files" },
            archive
        );
    }

    /// <summary>Reads a file of the bridge's base directory.</summary>
    public Task<byte[]> ReadFileAsync(string name) => _container.ReadFileAsync($"/files/{name}");

    /// <summary>What <c>docker stop</c> does without options: SIGTERM, and SIGKILL after 10 s. Returns the exit code.</summary>
    public async Task<long> StopAsync()
    {
        await _site.Engine.Containers.StopContainerAsync(Id, new ContainerStopParameters());
        return await ExitCodeAsync();
    }

    /// <summary>Waits until it has ended.</summary>
    public Task<long> ExitCodeAsync() => OrLogAsync(_container.GetExitCodeAsync().WaitAsync(Eventually.Patience));

    /// <summary>Runs a program in its container.</summary>
    public Task<ExecResult> ExecAsync(params string[] command) => _container.ExecAsync(command);

    /// <summary>All that it wrote.</summary>
    public async Task<string> LogAsync()
    {
        (var output, var errors) = await _container.GetLogsAsync();
        return output + errors;
    }

    public async ValueTask DisposeAsync()
    {
        if (_probe is not null)
        {
            await _probe.DisposeAsync();
        }

        await _container.DisposeAsync();
    }

    private bool IsResult(ProbeMessage message) => message.Topic == $"{_baseTopic}/demo/result";

    private static async Task<bool> WaitAsync(Func<bool> condition, string what)
    {
        await Eventually.TrueAsync(condition, what);
        return true;
    }

    private async Task<T> OrLogAsync<T>(Task<T> wait)
    {
        try
        {
            return await wait;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; the bridge's log:\n{await LogAsync()}", e);
        }
    }
}
