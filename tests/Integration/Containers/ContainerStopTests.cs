namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>
/// SIGTERM, as <c>docker stop</c> without options sends it: the engine kills what has not ended after 10 s; its exit code is 137.
/// </summary>
[Collection(ContainerTests.Name)]
public sealed class ContainerStopTests
{
    private readonly ContainerSite _site;

    public ContainerStopTests(ContainerSite site)
    {
        Skip.If(ContainerEngine.WhyNot is not null, ContainerEngine.WhyNot);
        _site = site;
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_GivenNothingRuns_ShouldPublishOfflineAndExitWithZero(bool init)
    {
        await using var bridge = await _site.StartBridgeAsync(service => service with { Init = init }, $"idle-{init}");
        await bridge.IsAsync("demo/connection", "online");

        (await bridge.StopAsync()).ShouldBe(0);

        await bridge.IsAsync("bridge/state", "offline");
        await bridge.IsAsync("demo/connection", "offline");
    }

    [SkippableFact]
    public async Task Stop_GivenACommandRuns_ShouldStillAnswerItAndExitWithZero()
    {
        await using var bridge = await _site.StartBridgeAsync(service => service, "busy");
        await bridge.IsAsync("demo/connection", "online");
        var end = bridge.SendAsync("exec/600/set", """{"command":"sleep 600","id":"long"}""");
        await bridge.IsAsync("demo/queue", """{"running":"long","queued":0}""");

        (await bridge.StopAsync()).ShouldBe(0);

        (await end).Reason.ShouldBe("shutdown");
        await bridge.IsAsync("bridge/state", "offline");
    }
}
