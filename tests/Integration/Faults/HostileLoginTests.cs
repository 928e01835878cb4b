using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>Row 63: servers that keep the bridge busy before its login, most of them without an end.</summary>
public sealed class HostileLoginTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private static readonly TimeSpan LimitOfEachAttempt = TimeSpan.FromSeconds(1);

    [ScriptedSshTheory]
    [InlineData("sshnet", "chose a group of 250000 bits")]
    [InlineData("libssh", "250000 not in [2048:8192]")]
    public async Task Row63_GivenServersThatDoNotComeToTheLogin_ShouldGiveUpEachAttemptAfterLittleWork(
        string library,
        string refusal
    )
    {
        await using var hostile = await HostileLogins.StartAsync();
        var yaml = world.Nas($"sshLibrary: {library}");
        foreach (var (name, port) in hostile.Ports)
        {
            yaml.Server(
                name,
                ["host: 127.0.0.1", $"port: {port}", "user: x", "password: y", $"sshLibrary: {library}", "connectTimeout: 2"]
            );
        }

        await using var bridge = await world.StartAsync(yaml);
        foreach (var name in hostile.Ports.Keys)
        {
            await Eventually.TrueAsync(() => hostile.ConnectionCountOf(name) > 1, $"no second attempt to log in to {name}");
        }

        var used = bridge.Process.ProcessorTime;
        used.ShouldBeLessThan(LimitOfEachAttempt * hostile.ConnectionCount, bridge.Log);
        await bridge.LoggedAsync(refusal);
        (await bridge["nas"].ExecAsync("echo well"))["out"].ShouldBe("well");
    }
}
