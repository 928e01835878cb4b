using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>
/// What the container image relies on, tested with the program itself: its health check, a folder that is not writable, its
/// configuration when it is stopped.
/// </summary>
public sealed class ContainerTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task Health_GivenARunningBridge_ShouldSucceedUntilItIsKilled()
    {
        await using var bridge = await world.StartAsync(world.Nas());

        var (healthy, healthyOutput) = await HealthAsync(bridge);
        await bridge.KillAsync();
        await bridge.IsAsync("ssh/bridge/state", "offline");
        var (dead, deadOutput) = await HealthAsync(bridge);

        (healthy, healthyOutput.Trim()).ShouldBe((0, "ssh/bridge/state: online"));
        (dead, deadOutput.Trim()).ShouldBe((1, "ssh/bridge/state: offline"));
    }

    [Fact]
    public async Task Health_GivenNoBroker_ShouldReportItAndFail()
    {
        using TemporaryFolder folder = new();
        var file = folder.Write("bridge.yaml", new BridgeYaml(FreePort.Find()).Server("nas", world.Sshd).ToString());

        var (status, output) = await BridgeProgram.RunAsync("health", "--config", file);

        status.ShouldBe(1, output);
        output.ShouldContain("ssh/bridge/state cannot be read: ");
    }

    [RootFact]
    public async Task Start_GivenAStateDirectoryOfAnotherUser_ShouldSuggestAFixAndExit()
    {
        await using var bridge = await BridgeHost.CreateAsync(
            world.Yaml().Server("nas", "host: 127.0.0.1", "user: nobody", "password: none"),
            world.Broker
        );
        Directory.CreateDirectory(bridge.Folder["state"]);
        bridge.Folder.Share("bridge.yaml");
        bridge.Folder.Share("state");
        bridge.Wrapper = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"];

        await bridge.LaunchAsync();

        (await bridge.WaitForExitAsync()).ShouldBe(1, bridge.Log);
        bridge.Log.ShouldContain($"The state directory {bridge.Folder["state"]} cannot be written by the user");
        bridge.Log.ShouldContain("chown");
        bridge.Log.ShouldNotContain("   at ");
    }

    /// <summary>With the setting of config/docker.yaml, and a command that does not end by itself.</summary>
    [Fact]
    public async Task Stop_GivenTheConfigurationOfTheContainer_ShouldEndTheCommandAndPublishOffline()
    {
        var configuration = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "config/docker.yaml"));
        var setting = configuration.Single(line => line.StartsWith("shutdownTimeout: ", StringComparison.Ordinal));
        await using var bridge = await world.StartAsync(world.Nas().Top(setting));
        await bridge["nas"].RunningAsync("trap '' TERM; echo begun; while :; do sleep 600; done", "stays");
        await bridge.SeenAsync("ssh/nas/queue", """{"running":"stays","queued":0}""");

        (await bridge.StopAsync()).ShouldBe(0, bridge.Log);

        (await bridge["nas"].EndAsync("stays")).Reason.ShouldBe("shutdown");
        await bridge.IsAsync("ssh/bridge/state", "offline");
    }

    private static Task<(int Status, string Output)> HealthAsync(BridgeHost bridge) =>
        BridgeProgram.RunAsync("health", "--config", bridge.ConfigurationFile);
}
