using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>Interrupted transfers: nothing is left under the destination's name, nor beside it.</summary>
public sealed class TransferFaultTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private const string Get = """{"source":"SOURCE","destination":"copy","id":"long"}""";

    [Fact]
    public async Task Get_GivenItIsCancelled_ShouldLeaveNothing()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await StartLongGetAsync(bridge);

        await bridge["nas"].PublishAsync("cancel/set", "long");
        var report = await bridge["nas"].EndAsync("long");

        (report["get"], report.Status).ShouldBe(("error", "cancelled"), report.Json);
        NothingIsLeft(bridge);
        (await bridge["nas"].ExecAsync("echo next"))["out"].ShouldBe("next");
    }

    [Fact]
    public async Task Get_GivenNothingMoves_ShouldStopAfterTheTransferTimeout()
    {
        await using var bridge = await world.StartAsync(world.Nas("transferTimeout: 0.5", "keepAlive: 60"));
        await StartLongGetAsync(bridge);

        world.Sshd.Pause();
        try
        {
            var report = await bridge["nas"].EndAsync("long");

            (report["get"], report.Status, report.Reason).ShouldBe(("error", "failed", "stalled"), report.Json);
            NothingIsLeft(bridge);
        }
        finally
        {
            world.Sshd.Resume();
        }
    }

    [Fact]
    public async Task Get_GivenTheServerIsKilled_ShouldBeLost()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await StartLongGetAsync(bridge);

        world.Sshd.KillSessions();
        var report = await bridge["nas"].EndAsync("long");

        (report["get"], report.Status).ShouldBe(("error", "lost"), report.Json);
        NothingIsLeft(bridge);
    }

    [Fact]
    public async Task Get_GivenTheProgramIsKilled_ShouldBeLostAfterTheNextStartAndKeepTheOldFile()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await File.WriteAllTextAsync(bridge.Folder["files/copy"], "old");
        await StartLongGetAsync(bridge);

        await bridge.KillAsync();
        await bridge.StartAsync();
        var report = await bridge["nas"].EndAsync("long");

        (report["get"], report.Status, report.Reason).ShouldBe(("error", "lost", "interrupted"), report.Json);
        (await File.ReadAllTextAsync(bridge.Folder["files/copy"])).ShouldBe("old");
    }

    /// <summary>Returns when some of it has come; the rest would take long.</summary>
    private async Task StartLongGetAsync(BridgeHost bridge)
    {
        var source = world.Sshd.Folder["long"];
        await using (var file = File.Create(source))
        {
            file.SetLength(20L << 30); // Takes no room.
        }

        await bridge["nas"].PublishAsync("get/set", Get.Replace("SOURCE", source, StringComparison.Ordinal));
        await Eventually.TrueAsync(
            () => OpenFiles.HasContent(bridge.Process.Id, bridge.Folder["files"]),
            "The transfer does not begin"
        );
    }

    private static void NothingIsLeft(BridgeHost bridge) =>
        Directory.EnumerateFileSystemEntries(bridge.Folder["files"]).ShouldBeEmpty();
}
