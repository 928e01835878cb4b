using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Disks;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>Row 36 of the faults, in the real program: the journal damaged, the disk full or read-only.</summary>
public sealed class JournalFaultTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private readonly Gate _gate = new(world.Sshd.Folder);

    [Fact]
    public async Task Start_GivenADamagedJournal_ShouldSetItAsideAndReportIt()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        bridge.Folder.Write("state/journal.db", new string('?', 20_000));

        await bridge.StartAsync();

        await ReportedAsync(bridge, "was damaged");
        Directory.GetFiles(bridge.Folder["state"], "journal.db.damaged-*").ShouldNotBeEmpty();
        (await bridge["nas"].ExecAsync("echo hello"))["out"].ShouldBe("hello");
    }

    [TmpfsFact]
    public async Task Run_GivenAFullDisk_ShouldFinishWhatRunsAndRefuseTheRestUntilThereIsRoom()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        await using var disk = await Tmpfs.MountAsync(bridge.Folder["state"], "5m");
        await bridge.StartAsync();
        var nas = bridge["nas"];
        await nas.RunningAsync($"{_gate.Wait}; head -c 300000 /dev/zero | tr '\\0' x", "under-way");
        await _gate.ReachedAsync();

        disk.Fill();
        var refused = await RefusedAsync(nas);
        _gate.Open();
        var underWay = await nas.EndAsync("under-way");

        refused.Message.ShouldNotBeNull().ShouldContain("the disk is full");
        underWay.Status.ShouldBe("succeeded", underWay.Json);
        underWay.OutBytes.ShouldBe(300_000);
        await ReportedAsync(bridge, "the disk is full");
        disk.Free();
        await AcceptedAsync(nas);
        // The result of the command that ended while the disk was full has been written since: it is not reported as lost.
        await bridge.KillAsync();
        await bridge.StartAsync();
        await AcceptedAsync(nas);
        nas.ResultsOf("under-way").Count.ShouldBe(1);
        (await File.ReadAllTextAsync(bridge.Folder["state/audit.log"])).ShouldContain("\"missing\":");
        await bridge.StopAsync();
    }

    [TmpfsFact]
    public async Task Run_GivenAFullDisk_ShouldReportItOnce()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        await using var disk = await Tmpfs.MountAsync(bridge.Folder["state"], "5m");
        await bridge.StartAsync();

        disk.Fill();
        for (var i = 0; i < 13; i++)
        {
            // Some writes may succeed.
            await bridge["nas"].ExecAsync("true", new { id = $"full-{i}" });
        }

        var errors = bridge.Probe.Messages.Where(message => message.Topic == "ssh/bridge/error").ToList();
        errors.Count(error => error.Text.Contains("The journal", StringComparison.Ordinal)).ShouldBe(1, bridge.Log);
        errors.Count(error => error.Text.Contains("The audit log", StringComparison.Ordinal)).ShouldBe(1, bridge.Log);
        disk.Free();
        await AcceptedAsync(bridge["nas"]);
        await bridge.LoggedAsync("journal.db is usable again");
    }

    [Fact]
    public async Task Run_GivenTheStateDirectoryIsMovedAway_ShouldRefuseUntilItIsBack()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var nas = bridge["nas"];
        var first = await nas.ExecAsync("echo first", new { id = "kept" });
        Directory.Move(bridge.Folder["state"], bridge.Folder["away"]);

        var refused = await RefusedAsync(nas);

        refused.Message.ShouldNotBeNull().ShouldContain("was removed");
        world.Sshd.KillSessionDaemons();
        // Without known_hosts it cannot know whether the server's key is the right one.
        await bridge.LoggedAsync("is new and cannot be stored");
        Directory.Exists(bridge.Folder["state"]).ShouldBeFalse();
        Directory.Move(bridge.Folder["away"], bridge.Folder["state"]);
        await AcceptedAsync(nas);
        (await nas.ExecAsync("echo second", new { id = "kept" })).Json.ShouldBe(first.Json);
        await bridge.StopAsync();
    }

    [Fact]
    public async Task Run_GivenTheStateDirectoryIsDeleted_ShouldRefuseUntilTheNextStart()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge["nas"].ExecAsync("true");
        Directory.Delete(bridge.Folder["state"], recursive: true);

        await RefusedAsync(bridge["nas"]);
        await ReportedAsync(bridge, "was removed");

        await bridge.StopAsync();
        await bridge.StartAsync();
        await AcceptedAsync(bridge["nas"]);
    }

    [TmpfsFact]
    public async Task Start_GivenAReadOnlyDisk_ShouldRefuseCommandsUntilItIsNot()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        await using var disk = await Tmpfs.MountAsync(bridge.Folder["state"], "5m");
        await bridge.StartAsync();
        var nas = bridge["nas"];
        await nas.RunningAsync(_gate.Wait, "left");
        await _gate.ReachedAsync();
        await bridge.KillAsync();
        await disk.SetReadOnlyAsync(true);

        await bridge.StartAsync();
        await ReportedAsync(bridge, "read-only");
        (await RefusedAsync(nas)).Message.ShouldNotBeNull().ShouldContain("read-only");
        nas.ResultsOf("left").ShouldBeEmpty();
        await disk.SetReadOnlyAsync(false);

        (await nas.EndAsync("left")).Status.ShouldBe("lost");
        await AcceptedAsync(nas);
        _gate.Open();
        await bridge.StopAsync();
    }

    [TmpfsFact]
    public async Task Start_GivenAReadOnlyDiskThatWasNeverUsed_ShouldStartAndRefuse()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        await using var disk = await Tmpfs.MountAsync(bridge.Folder["state"], "5m");
        await disk.SetReadOnlyAsync(true);

        await bridge.StartAsync();

        (await RefusedAsync(bridge["nas"])).Message.ShouldNotBeNull().ShouldContain("state directory");
        await disk.SetReadOnlyAsync(false);
        await AcceptedAsync(bridge["nas"]);
        await bridge.StopAsync();
    }

    private static Task<ProbeMessage> ReportedAsync(BridgeHost bridge, string words) =>
        bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(message =>
                message.Topic == "ssh/bridge/error"
                && message.Text.Contains("\"reason\":\"local\"", StringComparison.Ordinal)
                && message.Text.Contains(words, StringComparison.Ordinal)
            )
        );

    private static async Task<CommandReport> RefusedAsync(BridgeClient nas)
    {
        var id = $"{Guid.NewGuid():N}";
        await nas.StartAsync("true", id);
        var report = await nas.EndAsync(id);
        (report.Status, report.Reason).ShouldBe(("rejected", "local"), report.Json);
        return report;
    }

    private static Task AcceptedAsync(BridgeClient nas) =>
        Eventually.TrueAsync(
            async () =>
            {
                var id = $"{Guid.NewGuid():N}";
                await nas.StartAsync("true", id);
                return (await nas.EndAsync(id)).Status == "succeeded";
            },
            () => "no command is accepted again"
        );
}
