using Docker.DotNet.Models;

namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>Each of the three may be restarted; the bridge reconnects by itself.</summary>
[Collection(ContainerTests.Name)]
public sealed class ContainerRestartTests
{
    private readonly ContainerSite _site;

    public ContainerRestartTests(ContainerSite site)
    {
        Skip.If(ContainerEngine.WhyNot is not null, ContainerEngine.WhyNot);
        _site = site;
    }

    private BridgeContainer Bridge => _site.Bridge;

    [SkippableFact]
    public async Task Bridge_GivenItsRestart_ShouldGoOfflineAndReconnect()
    {
        var before = Bridge.Probe.Messages.Count;

        await RestartAsync(Bridge.Id);

        await WorksAgainAsync();
        Bridge
            .Probe.Messages.Skip(before)
            .Where(message => message.Topic == "ssh/bridge/state")
            .Select(message => message.Text)
            .ShouldBe(["offline", "online"]);
    }

    [SkippableFact]
    public async Task Broker_GivenItsRestart_ShouldBeReconnectedTo()
    {
        await RestartAsync(_site.Broker.Id);
        // The broker has lost all retained messages: what arrives now is new.
        await _site.BrokerAnswersAsync();
        await Bridge.ConnectProbeAsync();

        await WorksAgainAsync();
    }

    [SkippableFact]
    public async Task Server_GivenItsRestart_ShouldBeReconnectedTo()
    {
        var before = Bridge.Probe.Messages.Count;

        await RestartAsync(_site.Server.Id);

        await Bridge.SeenAsync(before, "demo/connection", "offline");
        await WorksAgainAsync();
    }

    [SkippableFact]
    public async Task Server_GivenANewContainerWithItsVolumes_ShouldStillBeTrusted()
    {
        Skip.IfNot(_site.ServerHasVolumes, "docker-compose.yml has no volume for the server's host keys");

        await _site.RecreateServerAsync();

        await WorksAgainAsync();
    }

    private Task RestartAsync(string container) =>
        _site.Engine.Containers.RestartContainerAsync(container, new ContainerRestartParameters());

    private async Task WorksAgainAsync()
    {
        await Bridge.IsAsync("bridge/state", "online");
        await Bridge.IsAsync("demo/connection", "online");
        var report = await Bridge.SendAsync("exec/set", "echo again");
        (report.Status, report.Out).ShouldBe(("succeeded", "again\n"));
    }
}
