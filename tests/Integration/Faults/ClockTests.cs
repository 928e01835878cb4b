using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>
/// Rows 37 and 68: the wall clock jumps while the program runs; the monotonic clock is not affected, as on a real machine.
/// </summary>
public sealed class ClockTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [FaketimeFact]
    public async Task Row37_GivenAClockThatJumps_ShouldKeepTimeoutsAndRetriesAsTheyAre()
    {
        using TemporaryFolder folder = new();
        var offset = folder.Write("offset", "+0");
        await using var bridge = await BridgeHost.CreateAsync(
            world.Nas("connectTimeout: 2").Server("absent", "host: 127.0.0.1", "port: 1", "user: x", "password: y"),
            world.Broker
        );
        bridge.Wrapper = Faketime.Wrapper(offset);
        await bridge.StartAsync();
        var nas = bridge["nas"];
        Gate gate = new(world.Sshd.Folder);
        var today = (await nas.ExecAsync("true")).ReceivedAt;

        // A day forward: the running command's timeout of 30 s does not end it.
        await nas.RunningAsync($"{gate.Wait}; echo through", "forward");
        await gate.ReachedAsync();
        File.WriteAllText(offset, "+1d");
        var absent = await bridge["absent"].ExecAsync("true");
        nas.ResultsOf("forward").ShouldBeEmpty();
        gate.Open();
        var forward = await nas.EndAsync("forward");

        // Two days back: the timeout still applies.
        await nas.PublishAsync("exec/set", BridgeClient.Json("sleep 600", new { id = "back", timeout = 2 }));
        await bridge.SeenAsync("ssh/nas/queue", """{"running":"back","queued":0}""");
        File.WriteAllText(offset, "-1d");
        var back = await nas.EndAsync("back");
        var after = await nas.ExecAsync("echo after");

        (absent.ReceivedAt - today).TotalHours.ShouldBeInRange(23, 25, "the clock did not jump");
        absent.Reason.ShouldBe("connect");
        (forward.Status, forward.Out).ShouldBe(("succeeded", "through\n"), forward.Json);
        forward.DurationMs.ShouldBeInRange(0, 30_000);
        back.Status.ShouldBe("timedOut", back.Json);
        back.DurationMs.ShouldBeInRange(2_000, 15_000);
        (after.ReceivedAt - today).TotalHours.ShouldBeInRange(-25, -23);
        after.QueuedMs.ShouldBeInRange(0, 10_000);
        after["out"].ShouldBe("after");
        nas.History("connection")[^1].ShouldBe("online");
    }

    [FaketimeTheory]
    [InlineData("+1d")]
    [InlineData("-1d")]
    public async Task Row68_GivenAClockThatJumps_ShouldStillKnowTheIdsOfTheLastTenMinutes(string jump)
    {
        using TemporaryFolder folder = new();
        var offset = folder.Write("offset", "+0");
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        bridge.Wrapper = Faketime.Wrapper(offset);
        await bridge.StartAsync();
        var file = world.Sshd.Folder[$"file-{Guid.NewGuid():N}"];

        var first = await bridge["nas"].ExecAsync($"echo ran >> {file}", new { id = "jumped" });
        File.WriteAllText(offset, jump);
        var second = await bridge["nas"].ExecAsync($"echo ran >> {file}", new { id = "jumped" });

        second.Json.ShouldBe(first.Json);
        (await File.ReadAllLinesAsync(file)).Length.ShouldBe(1);
    }
}
