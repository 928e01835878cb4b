using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;
using DotNet.Testcontainers.Networks;
using DotNet.Testcontainers.Volumes;
using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>
/// The services of <c>docker-compose.yml</c> in a network of their own, under the names that they have there: broker and
/// server, and bridges that tests start. Only the loopback interface reaches them. Where no engine runs it is empty.
/// </summary>
public sealed class ContainerSite : IAsyncLifetime
{
    private readonly ComposeFile _compose = ComposeFile.Read();
    private readonly Dictionary<string, IVolume> _volumes = new(StringComparer.Ordinal);
    private readonly int _brokerPort = FreePort.Find();
    private INetwork? _network;
    private DockerClient? _engine;
    private BridgeContainer? _bridge;

    internal IContainer Broker { get; private set; } = null!;

    internal IContainer Server { get; private set; } = null!;

    /// <summary>The unchanged one of <c>docker-compose.yml</c>.</summary>
    internal BridgeContainer Bridge => _bridge ?? throw new InvalidOperationException("There is no engine.");

    /// <summary>For what Testcontainers does not offer.</summary>
    internal DockerClient Engine => _engine ?? throw new InvalidOperationException("There is no engine.");

    internal int BrokerPort => _brokerPort;

    /// <summary>Whether the SSH server's own files outlive its container.</summary>
    internal bool ServerHasVolumes => _compose["server"].Volumes.Count > 0;

    public async Task InitializeAsync()
    {
        if (ContainerEngine.WhyNot is not null)
        {
            return;
        }

        TestcontainersSettings.WaitStrategyTimeout = Eventually.Patience;
        TestcontainersSettings.WaitStrategyInterval = TimeSpan.FromMilliseconds(50);
        _engine = ContainerEngine.NewClient();
        if (!ContainerEngine.IsPrivate)
        {
            await ChildProcess.RunAsync(
                "docker",
                "--host",
                ContainerEngine.Host,
                "build",
                "--quiet",
                "--tag",
                ContainerEngine.BridgeImage,
                Repository.Root
            );
        }

        _network = new NetworkBuilder().WithLogger(NullLogger.Instance).Build();
        await _network.CreateAsync();
        Broker = await BuildAsync(
            _compose["broker"],
            broker =>
                broker
                    .WithPortBinding(_brokerPort, 1883)
                    .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("mosquitto version .* running"))
        );
        Server = await BuildServerAsync();
        await Task.WhenAll(Broker.StartAsync(), Server.StartAsync());
        _bridge = await StartBridgeAsync(service => service, "ssh");
        await _bridge.IsAsync("demo/connection", "online");
    }

    public async Task DisposeAsync()
    {
        if (_bridge is not null)
        {
            await _bridge.DisposeAsync();
        }

        foreach (var container in (IContainer?[])[Broker, Server])
        {
            if (container is not null)
            {
                await container.DisposeAsync();
            }
        }

        foreach (var volume in _volumes.Values)
        {
            await volume.DisposeAsync();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        _engine?.Dispose();
    }

    /// <summary>Starts a bridge beside <see cref="Bridge"/>, with topics of its own, and waits until it is online.</summary>
    /// <param name="change">What is different from <c>docker-compose.yml</c>.</param>
    /// <param name="baseTopic">Must be unique.</param>
    internal async Task<BridgeContainer> StartBridgeAsync(Func<ComposeService, ComposeService> change, string baseTopic)
    {
        var bridge = await CreateBridgeAsync(change, baseTopic);
        try
        {
            await bridge.StartAsync();
            await bridge.IsAsync("bridge/state", "online");
            return bridge;
        }
        catch
        {
            await bridge.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same, but does not start it.</summary>
    internal async Task<BridgeContainer> CreateBridgeAsync(Func<ComposeService, ComposeService> change, string baseTopic)
    {
        var service = change(_compose["bridge"]);
        if (baseTopic != "ssh")
        {
            service = service with
            {
                Environment = new Dictionary<string, string>(service.Environment, StringComparer.Ordinal)
                {
                    ["SSHMQTT__MQTT__BASETOPIC"] = baseTopic,
                    ["SSHMQTT__MQTT__CLIENTID"] = baseTopic,
                },
            };
        }

        var container = await BuildAsync(service, bridge => bridge, volume => $"{baseTopic}-{volume}");
        return await BridgeContainer.CreateAsync(this, container, baseTopic);
    }

    /// <summary>
    /// Removes the server's container and creates a new one, as <c>docker compose down</c> and <c>up</c> do; its volumes stay.
    /// </summary>
    internal async Task RecreateServerAsync()
    {
        await Server.DisposeAsync();
        Server = await BuildServerAsync();
        await Server.StartAsync();
    }

    /// <summary>Waits until the broker accepts clients; the engine itself accepts connections to its port long before.</summary>
    internal Task BrokerAnswersAsync() =>
        Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await using var probe = await MqttProbe.ConnectAsync(_brokerPort);
                    return true;
                }
                catch (Exception e) when (e is IOException or SocketException)
                {
                    return false;
                }
            },
            () => "the broker takes no clients"
        );

    private Task<IContainer> BuildServerAsync() =>
        BuildAsync(
            _compose["server"],
            server =>
                server
                    .WithPortBinding(2222, assignRandomHostPort: true)
                    .WithWaitStrategy(Wait.ForUnixContainer().AddCustomWaitStrategy(new SshBannerWait(2222)))
        );

    private async Task<IContainer> BuildAsync(
        ComposeService service,
        Func<ContainerBuilder, ContainerBuilder> more,
        Func<string, string>? volumeName = null
    )
    {
        var builder = new ContainerBuilder(service.Image ?? ContainerEngine.BridgeImage)
            .WithLogger(NullLogger.Instance)
            .WithImagePullPolicy(service.Image is null || ContainerEngine.IsPrivate ? PullPolicy.Never : PullPolicy.Missing)
            .WithNetwork(_network)
            .WithNetworkAliases(service.Name)
            .WithEnvironment(service.Environment)
            .WithCreateParameterModifier(parameters => Apply(service, parameters));
        if (service.Command is { Count: > 0 } command)
        {
            builder = builder.WithCommand([.. command]);
        }

        foreach (var volume in service.Volumes)
        {
            var access = volume.ReadOnly ? AccessMode.ReadOnly : AccessMode.ReadWrite;
            builder = volume.IsBind
                ? builder.WithBindMount(Path.GetFullPath(volume.Source, Repository.Root), volume.Target, access)
                : builder.WithVolumeMount(
                    await VolumeAsync(volumeName is null ? volume.Source : volumeName(volume.Source)),
                    volume.Target,
                    access
                );
        }

        return more(builder).Build();
    }

    private async Task<IVolume> VolumeAsync(string name)
    {
        if (!_volumes.TryGetValue(name, out var volume))
        {
            volume = new VolumeBuilder().WithLogger(NullLogger.Instance).Build();
            await volume.CreateAsync();
            _volumes.Add(name, volume);
        }

        return volume;
    }

    private static void Apply(ComposeService service, CreateContainerParameters parameters)
    {
        var host = parameters.HostConfig!;
        host.Init = service.Init;
        host.ReadonlyRootfs = service.ReadOnly;
        host.CapDrop = [.. service.CapDrop];
        host.CapAdd = [.. service.CapAdd];
        host.SecurityOpt = [.. service.SecurityOpt];
        host.Tmpfs = service
            .Tmpfs.Select(mount => mount.Split(':', 2))
            .ToDictionary(mount => mount[0], mount => mount.ElementAtOrDefault(1) ?? "", StringComparer.Ordinal);
        if (service.User is { } user)
        {
            parameters.User = user;
        }

        foreach (
            var binding in (host.PortBindings ?? new Dictionary<string, IList<PortBinding>>()).Values.SelectMany(list => list)
        )
        {
            binding.HostIP = "127.0.0.1";
        }
    }
}

/// <summary>
/// One after the other: some restart what the others use. And not beside other tests: each network that the engine makes or
/// removes changes the machine's interfaces, upon which a Chromium breaks off what it is loading (<c>ERR_NETWORK_CHANGED</c>).
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ContainerTests : ICollectionFixture<ContainerSite>
{
    public const string Name = "containers";
}
