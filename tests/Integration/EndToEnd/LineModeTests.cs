using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

[Collection(SharedBridgeTests.Name)]
public sealed class LineModeTests(SharedBridge shared)
{
    private BridgeClient Line => shared.Bridge["line"];
    private BridgeClient Silent => shared.Bridge["silent"];

    [Fact]
    public async Task Line_GivenACommandThatRuns_ShouldPublishEachLineAtOnceAndTheLastWithoutItsEnd()
    {
        Gate gate = new(shared.Sshd.Folder);
        var before = Line.History("result").Count;
        await Line.StartAsync($"echo first; echo oops >&2; {gate.Wait}; printf last", "lines");
        await Line.IsAsync("out", "first");
        await Line.IsAsync("err", "oops");
        Line.History("result").Count.ShouldBe(before);

        gate.Open();
        var report = await Line.EndAsync("lines");

        report["out"].ShouldBe("last");
        report.Messages.Where(message => message.Topic is "out" or "err").ShouldAllBe(message => !message.Retain);
        report
            .Order.Where(topic => topic is not "queue" and not "connection")
            .TakeLast(4)
            .ShouldBe(["out", "exec", "last", "result"]);
        (report.Out, report.Err).ShouldBe(("first\nlast", "oops\n"));
    }

    [Fact]
    public async Task Line_GivenEmptyLinesAndCarriageReturns_ShouldPublishThemUnchanged()
    {
        var report = await Line.ExecAsync("printf 'a\\r\\n\\nb\\n'");

        OutOf(report).ShouldBe(["a", "", "b"]);
    }

    [Fact]
    public async Task Line_GivenNoOutput_ShouldPublishNothing()
    {
        var report = await Line.ExecAsync("true");

        report.Order.Where(topic => topic != "queue").ShouldBe(["exec", "last", "result"]);
    }

    [Fact]
    public async Task Line_GivenNoNewline_ShouldPublishEvery64Kibibytes()
    {
        var report = await Line.ExecAsync("head -c 150000 /dev/zero | tr '\\0' x");

        OutOf(report).Select(line => line.Length).ShouldBe([65_536, 65_536, 18_928]);
        report.OutBytes.ShouldBe(150_000);
    }

    [Fact]
    public async Task Line_GivenManyLines_ShouldPublishThemAllInOrder()
    {
        var report = await Line.ExecAsync("seq 3000");

        OutOf(report).ShouldBe(Enumerable.Range(1, 3000).Select(number => $"{number}"));
    }

    [Fact]
    public async Task Line_GivenBytesThatAreNotUtf8_ShouldReplaceThem()
    {
        var report = await Line.ExecAsync("printf 'x\\377y\\n'");

        OutOf(report).ShouldBe(["x\uFFFDy"]);
    }

    [Fact]
    public async Task Silent_GivenOutput_ShouldCountAndNotPublishIt()
    {
        var report = await Silent.ExecAsync("echo out; echo error >&2");

        report.Order.Where(topic => topic != "queue").ShouldBe(["exec", "last", "result"]);
        (report.Out, report.OutBytes, report.Err, report.ErrBytes).ShouldBe(("", 4, "", 6));
        report.Truncated.ShouldBeFalse();
    }

    private static IEnumerable<string> OutOf(CommandReport report) =>
        report.Messages.Where(message => message.Topic == "out").Select(message => message.Text);
}
