using System.Text;
using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>Commands with <c>"live":true</c>.</summary>
[Collection(SharedBridgeTests.Name)]
public sealed class LiveOutputTests(SharedBridge shared)
{
    private BridgeClient Nas => shared.Bridge["nas"];

    [Fact]
    public async Task Exec_GivenALiveCommand_ShouldPublishItsOutputWhileItRuns()
    {
        Gate gate = new(shared.Sshd.Folder);
        var running = Nas.ExecAsync($"echo first; echo oops >&2; {gate.Wait}; printf last", new { live = true, id = "live" });
        await Eventually.TrueAsync(
            () =>
                Nas.Has("output", """{"id":"live","stream":"out","offset":0,"text":"first\n"}""")
                && Nas.Has("output", """{"id":"live","stream":"err","offset":0,"text":"oops\n"}"""),
            "The output is not published while the command runs"
        );

        gate.Open();
        var report = await running;

        report["output"].ShouldBe("""{"id":"live","stream":"out","offset":6,"text":"last"}""");
        report.Messages.Where(message => message.Topic is "output").ShouldAllBe(message => !message.Retain);
        report.Order.Where(topic => topic != "queue").TakeLast(6).ShouldBe(["output", "out", "err", "exec", "last", "result"]);
        (report.Out, report.Err).ShouldBe(("first\nlast", "oops\n"));
    }

    [Fact]
    public async Task Exec_GivenMoreThanIsKept_ShouldPublishItToTheEnd()
    {
        const int Size = 1_500_000;

        var report = await Nas.ExecAsync($"yes é | head -c {Size}", new { live = true });

        report.Truncated.ShouldBeTrue();
        var last = JsonDocument.Parse(report["output"]!).RootElement;
        var text = last.GetProperty("text").GetString()!;
        (last.GetProperty("offset").GetInt64() + Encoding.UTF8.GetByteCount(text)).ShouldBe(Size);
    }

    [Fact]
    public async Task Exec_GivenACommandThatIsNotLive_ShouldNotPublishIt()
    {
        var report = await Nas.ExecAsync("echo quiet");

        report.Order.ShouldNotContain("output");
    }

    [Fact]
    public async Task Exec_GivenAServerThatPublishesNoOutput_ShouldNotPublishItLive()
    {
        var report = await shared.Bridge["silent"].ExecAsync("echo secret", new { live = true });

        report.Order.ShouldNotContain("output");
    }
}
