using System.Text;
using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

[Collection(SharedBridgeTests.Name)]
public sealed class ExecTests(SharedBridge shared)
{
    private BridgeHost Bridge => shared.Bridge;
    private BridgeClient Nas => shared.Bridge["nas"];

    [Fact]
    public async Task Exec_GivenPlainText_ShouldPublishOutErrExecLastAndResultInThisOrder()
    {
        var report = await Nas.ExecAsync("printf 'a\\nb\\n'; echo oops >&2; exit 3");

        report.Order.Where(topic => topic != "queue").ShouldBe(["out", "err", "exec", "last", "result"]);
        report["out"].ShouldBe("a<br>b");
        report["err"].ShouldBe("oops");
        report["exec"].ShouldBe("3");
        report["last"].ShouldBe(report["result"]);
        report
            .Messages.Where(message => message.Topic != "queue")
            .ShouldAllBe(message => message.Retain == (message.Topic != "result") && message.Qos == 1);
        report.Status.ShouldBe("failed");
        report.Exit.ShouldBe(3);
        report.Out.ShouldBe("a\nb\n");
        report.Err.ShouldBe("oops\n");
    }

    [Fact]
    public async Task Exec_GivenSuccess_ShouldHaveEveryMemberOfTheResult()
    {
        var report = await Nas.ExecAsync("echo hello", new { id = "members" });

        using var json = JsonDocument.Parse(report.Json);
        json.RootElement.EnumerateObject()
            .Select(property => property.Name)
            .ShouldBe([
                "id",
                "server",
                "operation",
                "command",
                "status",
                "exit",
                "signal",
                "reason",
                "message",
                "stopped",
                "out",
                "err",
                "outBytes",
                "errBytes",
                "truncated",
                "bytes",
                "receivedAt",
                "queuedMs",
                "durationMs",
            ]);
        report.Id.ShouldBe("members");
        report.Server.ShouldBe("nas");
        report.Operation.ShouldBe("exec");
        report.Command.ShouldBe("echo hello");
        report.Status.ShouldBe("succeeded");
        report.Exit.ShouldBe(0);
        report.Signal.ShouldBeNull();
        report.Reason.ShouldBeNull();
        report.Message.ShouldBeNull();
        (report.Out, report.OutBytes, report.Err, report.ErrBytes).ShouldBe(("hello\n", 6, "", 0));
        report.Truncated.ShouldBeFalse();
        report.Bytes.ShouldBeNull();
        json.RootElement.GetProperty("receivedAt").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        report.ReceivedAt.ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Exec_GivenNoOutput_ShouldPublishOutAndErrEmpty()
    {
        var report = await Nas.ExecAsync("true");

        report["out"].ShouldBe("");
        report["err"].ShouldBe("");
        report["exec"].ShouldBe("0");
    }

    [Fact]
    public async Task Exec_GivenTheSameResultTwice_ShouldPublishAllTopicsEachTime()
    {
        await Nas.ExecAsync("echo same");

        var second = await Nas.ExecAsync("echo same");

        second.Order.Where(topic => topic != "queue").ShouldBe(["out", "err", "exec", "last", "result"]);
        second["out"].ShouldBe("same");
    }

    [Theory]
    [InlineData("printf 'a\\nb\\n'", "a<br>b")]
    [InlineData("printf 'a\\nb'", "a<br>b")]
    [InlineData("printf 'a\\n\\n'", "a<br>")]
    [InlineData("printf '\\n'", "")]
    [InlineData("printf '\\na'", "<br>a")]
    [InlineData("printf 'a\\r\\nb\\r\\n'", "a<br>b")]
    [InlineData("printf 'a\\rb\\n'", "a\rb")]
    [InlineData("printf 'é ☃ 🦀\\n'", "é ☃ 🦀")]
    [InlineData("printf 'x\\377y\\n'", "x\uFFFDy")]
    [InlineData("printf '\\303\\n'", "\uFFFD")]
    public async Task Exec_GivenLines_ShouldJoinThemAsText(string command, string expected)
    {
        var report = await Nas.ExecAsync(command);

        report["out"].ShouldBe(expected);
    }

    [Fact]
    public async Task Exec_GivenLineSeparator_ShouldUseIt()
    {
        var report = await Bridge["small"].ExecAsync("printf 'a\\nb\\n'");

        report["out"].ShouldBe("a; b");
        report.Out.ShouldBe("a\nb\n");
    }

    [Fact]
    public async Task Exec_GivenJson_ShouldRunItsCommandWithItsStandardInput()
    {
        var report = await Nas.ExecAsync("cat; echo end", new { stdin = "one\ntwo\n", id = "in" });

        report.Out.ShouldBe("one\ntwo\nend\n");
        report.Id.ShouldBe("in");
    }

    [Fact]
    public async Task Exec_GivenNoStandardInput_ShouldEndItAtOnce()
    {
        var report = await Nas.ExecAsync("cat; echo end");

        report.Out.ShouldBe("end\n");
    }

    [Fact]
    public async Task Exec_GivenLargeStandardInput_ShouldPassAllOfItOn()
    {
        var report = await Nas.ExecAsync("wc -c", new { stdin = new string('x', 500_000) });

        report.Out.Trim().ShouldBe("500000");
    }

    [Fact]
    public async Task Exec_GivenNoId_ShouldGenerateADifferentOneEachTime()
    {
        var first = await Nas.ExecAsync("true");
        var second = await Nas.ExecAsync("true");

        first.Id.ShouldNotBeNullOrEmpty();
        second.Id.ShouldNotBe(first.Id);
    }

    [Theory]
    [InlineData("{ echo braces; }")]
    [InlineData("{\"no\":\"command\"}")]
    [InlineData("{\"command\":")]
    public async Task Exec_GivenTextThatOnlyBeginsLikeJson_ShouldRunItAsText(string text)
    {
        var report = await Nas.ExecAsync(text);

        report.Command.ShouldBe(text);
        report.Exit.ShouldNotBeNull();
    }

    [Fact]
    public async Task Exec_GivenLongTextWithEverySpecialCharacter_ShouldReachTheShellByteForByte()
    {
        StringBuilder text = new();
        for (var i = 0; text.Length < 60_000; i++)
        {
            text.Append("line ")
                .Append(i)
                .Append(" \"double\" $(echo no) `echo no` \\ $HOME ! # ; & | < > * ? ~ {a,b} \t é ☃ 🦀\n");
        }

        var report = await Nas.ExecAsync($"cat <<'END' | sha256sum\n{text}END\necho 'a\"b'");

        var expected = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))
        );
        report.Out.ShouldBe($"{expected}  -\na\"b\n");
    }

    [Fact]
    public async Task Exec_GivenACommandThatIsTooLarge_ShouldRejectItAndKeepTheConnection()
    {
        var connections = Nas.History("connection").Count;

        var report = await Nas.ExecAsync("true #".PadRight(263_000, 'x'));

        (report["exec"], report.Status, report.Reason).ShouldBe(("error", "rejected", "tooLarge"), report.Json);
        report.Message!.ShouldContain("263000");
        report.Message!.ShouldContain("68000");
        (await Nas.ExecAsync("echo next"))["out"].ShouldBe("next");
        Nas.History("connection").Count.ShouldBe(connections);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(255)]
    public async Task Exec_GivenExitStatus_ShouldPublishIt(int status)
    {
        var report = await Nas.ExecAsync($"exit {status}");

        report["exec"].ShouldBe($"{status}");
        (report.Status, report.Exit).ShouldBe(("failed", status));
        report.Message.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Exec_GivenDeathBySignal_ShouldPublishNullAndNameTheSignal()
    {
        var report = await Nas.ExecAsync("echo before; kill -KILL $$");

        report["exec"].ShouldBe("null");
        report["out"].ShouldBe("before");
        (report.Status, report.Exit, report.Signal).ShouldBe(("failed", null, "KILL"));
    }

    [Fact]
    public async Task Exec_GivenMoreOutputThanIsKept_ShouldCountAllAndSetTruncated()
    {
        var report = await Bridge["small"].ExecAsync("printf 'abcdefghijKLMNO'; printf 12 >&2");

        report["out"].ShouldBe("abcdefghij");
        (report.Out, report.OutBytes, report.Truncated).ShouldBe(("abcdefghij", 15, true));
        (report.Err, report.ErrBytes).ShouldBe(("12", 2));
    }

    [Fact]
    public async Task Exec_GivenExactlyTheKeptSize_ShouldNotSetTruncated()
    {
        var report = await Bridge["small"].ExecAsync("printf abcdefghij");

        (report.Out, report.OutBytes, report.Truncated).ShouldBe(("abcdefghij", 10, false));
    }

    [Fact]
    public async Task Exec_GivenCutInTheMiddleOfACharacter_ShouldLeaveThatOut()
    {
        var report = await Bridge["small"].ExecAsync("printf 'abcdefghi☃'");

        (report.Out, report.OutBytes, report.Truncated).ShouldBe(("abcdefghi", 12, true));
    }

    [Fact]
    public async Task Exec_GivenMuchOutput_ShouldKeepOneMebibyteOfEachStream()
    {
        var report = await Nas.ExecAsync("head -c 50000000 /dev/zero | tr '\\0' x; head -c 2000000 /dev/zero | tr '\\0' y >&2");

        (report.OutBytes, report.ErrBytes, report.Truncated).ShouldBe((50_000_000, 2_000_000, true));
        report.Out.Length.ShouldBe(1 << 20);
        report.Err.Length.ShouldBe(1 << 20);
        report["out"]!.Length.ShouldBe(1 << 20);
    }

    [Fact]
    public async Task Exec_GivenNulInOutput_ShouldStillBeText()
    {
        var report = await Nas.ExecAsync("printf 'a\\0b'");

        report.OutBytes.ShouldBe(3);
        report["out"].ShouldBe(report.Out);
        report.Status.ShouldBe("succeeded");
    }

    [Fact]
    public async Task Exec_GivenABackgroundProcessThatHoldsTheOutput_ShouldEndWithTheExitStatus()
    {
        var report = await Nas.ExecAsync("sleep 600 & echo hi; echo $! >&2");

        report["out"].ShouldBe("hi");
        report["exec"].ShouldBe("0");
        RemoteProcess.Kill(report.Err);
    }
}
