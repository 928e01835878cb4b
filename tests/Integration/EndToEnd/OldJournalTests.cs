using SshMqttBridge.Tests.Integration.Fixtures.Bridges;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>
/// The journals that earlier versions of the program wrote before they were killed: version 1 before there were actions, version 2
/// with the first ones. Each has a command whose result the broker had not acknowledged, one that ran and one that waited.
/// </summary>
public sealed class OldJournalTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Start_GivenAJournalOfAnEarlierVersion_ShouldEndItsCommandsAndKeepItsHistory(int version)
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        Directory.CreateDirectory(
            bridge.Folder["state"],
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        File.Copy(
            Path.Combine(Repository.Root, "tests", "Integration", "EndToEnd", "Journals", $"version-{version}.db"),
            bridge.Folder["state/journal.db"]
        );
        var before = await HistoryAsync(bridge);

        await bridge.StartAsync();
        var nas = bridge["nas"];
        var unacknowledged = await nas.EndAsync("unacknowledged");
        var running = await nas.EndAsync("running");
        var queued = await nas.EndAsync("queued");

        (unacknowledged.Status, unacknowledged.Exit, unacknowledged.Out).ShouldBe(("succeeded", 0, "unacknowledged\n"));
        (running.Status, running.Reason).ShouldBe(("lost", "interrupted"));
        (queued.Status, queued.Reason).ShouldBe(("rejected", "interrupted"));
        await bridge.SeenAsync("ssh/reply/alice", text => text.Contains("\"id\":\"running\"", StringComparison.Ordinal));
        (await nas.ExecAsync("echo new"))["out"].ShouldBe("new");
        var after = await HistoryAsync(bridge);
        foreach (var command in (string[])["echo hello", "exit 3", "note copied", "missing copied", "sleep 100", "echo queued"])
        {
            before.ShouldContain(command);
            after.ShouldContain(command);
        }

        after.ShouldContain("echo new");
        await bridge.StopAsync();
        await bridge.StartAsync();
        await nas.ExecAsync("true");
        foreach (var id in (string[])["unacknowledged", "running", "queued"])
        {
            nas.ResultsOf(id).Count.ShouldBe(1, id);
        }

        Directory.GetFiles(bridge.Folder["state"], "*damaged*").ShouldBeEmpty();
    }

    private static async Task<string> HistoryAsync(BridgeHost bridge)
    {
        var (status, output) = await BridgeProgram.RunAsync("history", "--config", bridge.ConfigurationFile);
        status.ShouldBe(0, output);
        return output;
    }
}
