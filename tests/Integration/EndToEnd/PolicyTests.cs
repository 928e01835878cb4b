using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>What the policy rejects, the audit log, and the history.</summary>
public sealed class PolicyTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task Exec_GivenPatterns_ShouldRunOnlyMatchingCommands()
    {
        var canary = world.Sshd.Folder[$"canary-{Guid.NewGuid():N}"];
        await using var bridge = await world.StartAsync(world.Nas("commands: ['echo [a-z]+', 'true']", "transfers: get"));
        var nas = bridge["nas"];

        (await nas.ExecAsync("echo hello"))["out"].ShouldBe("hello");
        foreach (var command in (string[])[$"echo a; touch {canary}", $"echo a\ntouch {canary}", $"echo $(touch {canary})"])
        {
            var refused = await nas.ExecAsync(command);
            (refused.Status, refused.Reason, refused["exec"]).ShouldBe(("rejected", "policy", "error"), refused.Json);
        }

        var put = await nas.SendAsync("put/set", $"bridge.yaml {canary}");
        (put.Status, put.Reason, put["put"]).ShouldBe(("rejected", "policy", "error"), put.Json);
        (await nas.SendAsync("get/set", "/etc/hostname here")).Status.ShouldBe("succeeded");
        File.Exists(canary).ShouldBeFalse();
    }

    [Fact]
    public async Task Exec_GivenARateLimit_ShouldRejectOnlyTheCommandsAboveIt()
    {
        await using var bridge = await world.StartAsync(world.Nas("rateLimit: 3/h"));
        var nas = bridge["nas"];

        (await nas.ExecAsync("echo one", new { id = "1" })).Status.ShouldBe("succeeded");
        (await nas.ExecAsync("echo one", new { id = "1" })).Out.ShouldBe("one\n");
        (await nas.ExecAsync("echo two", new { id = "2" })).Status.ShouldBe("succeeded");
        var third = await nas.ExecAsync("echo three", new { id = "3" });
        var repeated = await nas.ExecAsync("echo two", new { id = "2" });

        (third.Status, third.Reason).ShouldBe(("rejected", "policy"));
        third.Message.ShouldNotBeNull().ShouldContain("3/h");
        (repeated.Id, repeated.Status, repeated.Reason).ShouldBe(("2", "rejected", "policy"));
    }

    [Fact]
    public async Task Info_GivenAPolicy_ShouldPublishIt()
    {
        await using var bridge = await world.StartAsync(world.Nas("commands: actions", "transfers: false", "rateLimit: 30/min"));

        var info = await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(message =>
                message.Topic == "ssh/bridge/info" && message.Text.Contains("\"actions\"", StringComparison.Ordinal)
            )
        );

        var nas = JsonDocument.Parse(info.Text).RootElement.GetProperty("servers")[0];
        nas.GetProperty("commands").GetString().ShouldBe("actions");
        nas.GetProperty("transfers").GetString().ShouldBe("false");
        nas.GetProperty("rateLimit").GetString().ShouldBe("30/min");
    }

    [Fact]
    public async Task Audit_GivenCommandsAndRefusals_ShouldHaveALineForEach()
    {
        await using var bridge = await world.StartAsync(
            world.Nas("commands: ['exit [0-9]']", "persistentConnection: false", "hostKey: " + await FingerprintAsync())
        );
        var nas = bridge["nas"];

        await nas.ExecAsync("exit 3", new { id = "ran" });
        await nas.ExecAsync("uptime", new { id = "refused" });
        await nas.PublishAsync("password/set", "audit-canary");
        await bridge.Probe.PublishAsync("ssh/nobody/exec/set", "uptime");
        await bridge.Probe.PublishAsync("ssh/nas/nothing/set", "uptime");
        await nas.ExecAsync("exit 0", new { id = "last" });
        var file = bridge.Folder["state/audit.log"];
        await bridge.StopAsync();

        var text = await File.ReadAllTextAsync(file);
        text.ShouldNotContain("audit-canary");
        List<JsonElement> lines = [.. text.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        lines
            .Select(line =>
                (
                    line.GetProperty("topic").GetString(),
                    line.GetProperty("status").GetString(),
                    line.GetProperty("reason").GetString()
                )
            )
            .ShouldBe(
                [
                    ("ssh/nas/exec/set", "failed", null),
                    ("ssh/nas/exec/set", "rejected", "policy"),
                    ("ssh/nobody/exec/set", "rejected", "invalid"),
                    ("ssh/nas/nothing/set", "rejected", "invalid"),
                    ("ssh/nas/password/set", "succeeded", null),
                    ("ssh/nas/exec/set", "succeeded", null),
                ],
                ignoreOrder: true
            );
        var ran = lines.Single(line => line.GetProperty("id").GetString() == "ran");
        ran.GetProperty("user").GetString().ShouldBe(SshdServer.User);
        ran.GetProperty("hostKey").GetString().ShouldBe(await FingerprintAsync());
        ran.GetProperty("command").GetString().ShouldBe("exit 3");
        ran.GetProperty("exit").GetInt32().ShouldBe(3);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task History_GivenABridgeThatRuns_ShouldShowWhatRan()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge["nas"].ExecAsync("exit 7");

        (var status, var output) = await BridgeProgram.RunAsync(
            "history",
            "nas",
            "--last",
            "1",
            "--config",
            bridge.ConfigurationFile
        );
        (var wrong, _) = await BridgeProgram.RunAsync("history", "--last", "0", "--config", bridge.ConfigurationFile);

        status.ShouldBe(0, output);
        output.ShouldContain("  nas  exec");
        output.TrimEnd().ShouldEndWith("exit 7");
        wrong.ShouldBe(2);
        (await bridge["nas"].ExecAsync("exit 8"))["exec"].ShouldBe("8");
    }

    [Fact]
    public async Task History_GivenNoJournal_ShouldReportItAndFail()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);

        (var status, var output) = await BridgeProgram.RunAsync("history", "--config", bridge.ConfigurationFile);

        status.ShouldBe(1);
        output.ShouldContain("does not exist");
    }

    private Task<string> FingerprintAsync() => world.Sshd.FingerprintAsync("ed25519");
}
