using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

[Collection(SharedBridgeTests.Name)]
public sealed class BadInputTests(SharedBridge shared)
{
    private BridgeClient Nas => shared.Bridge["nas"];
    private MqttProbe Probe => shared.Bridge.Probe;

    [Theory]
    [InlineData("exec/set", "", "empty")]
    [InlineData("exec/set", " \n ", "empty")]
    [InlineData("exec/set", """{"command":""}""", "empty")]
    [InlineData("exec/set", """{"command":5}""", "'command'")]
    [InlineData("exec/set", """{"command":null}""", "'command'")]
    [InlineData("exec/set", """{"command":"true","command":"false"}""", "twice")]
    [InlineData("exec/set", """{"command":"true","timeout":"5"}""", "'timeout'")]
    [InlineData("exec/set", """{"command":"true","timeout":0}""", "timeout")]
    [InlineData("exec/set", """{"command":"true","timeout":-1}""", "timeout")]
    [InlineData("exec/set", """{"command":"true","timeout":1e99}""", "timeout")]
    [InlineData("exec/set", """{"command":"true","stdin":7}""", "'stdin'")]
    [InlineData("exec/set", """{"command":"true","id":7}""", "'id'")]
    [InlineData("exec/set", """{"command":"true","id":""}""", "'id'")]
    [InlineData("exec/set", """{"command":"true","id":"*"}""", "'id'")]
    [InlineData("exec/set", """{"command":"true","tmeout":7}""", "'tmeout'")]
    [InlineData("exec/set", """{"command":"a\u0000b"}""", "NUL")]
    [InlineData("exec/0/set", "true", "timeout")]
    [InlineData("exec/-1/set", "true", "'-1'")]
    [InlineData("exec/999999999/set", "true", "timeout")]
    [InlineData("exec/soon/set", "true", "'soon'")]
    [InlineData("get/set", "", "")]
    [InlineData("get/set", "one", "")]
    [InlineData("get/set", "one two three", "")]
    [InlineData("put/set", "\"one two", "")]
    [InlineData("put/set", """{"source":"a"}""", "'destination'")]
    [InlineData("get/set", """{"source":7,"destination":"a"}""", "'source'")]
    [InlineData("get/5/set", "a b", "get/5/set")]
    [InlineData("connection/set", "reopen", "'open' or 'close'")]
    [InlineData("connection/set", "", "'open' or 'close'")]
    public async Task Write_GivenAnInvalidPayload_ShouldRejectItAndNameTheFault(string topic, string payload, string words)
    {
        var report = await Nas.SendAsync(topic, payload);

        (report.Status, report.Reason).ShouldBe(("rejected", "invalid"));
        report.Operation.ShouldBe(topic.Split('/')[0]);
        report.Message!.ShouldContain(words, Case.Insensitive);
        string[] datapoints = report.Operation switch
        {
            "exec" => ["out", "err", "exec", "last", "result"],
            "connection" => ["result"],
            var transfer => [transfer, "last", "result"],
        };
        report.Order.ShouldBe(datapoints);
        if (report.Operation != "connection")
        {
            report[report.Operation].ShouldBe("error");
        }
    }

    [Fact]
    public async Task Write_GivenWrongJsonWithAnId_ShouldAnswerWithThatId()
    {
        var report = await Nas.ExecAsync("""{"command":5,"id":"wrong"}""");

        report.Id.ShouldBe("wrong");
    }

    [Fact]
    public async Task Write_GivenBytesThatAreNotUtf8_ShouldRejectThem()
    {
        var before = Nas.History("result").Count;
        await Probe.PublishAsync("ssh/nas/exec/set", [(byte)'a', 0xFF]);

        await shared.Bridge.OrLogAsync(Probe.WaitForAsync(before + 1, message => message.Topic == "ssh/nas/result"));

        Nas.History("result")[^1].ShouldContain("\"reason\":\"invalid\"");
    }

    [Fact]
    public async Task Write_GivenMoreThanOneMebibyte_ShouldRejectItAsTooLarge()
    {
        var report = await Nas.ExecAsync(": " + new string('x', 1 << 20));

        (report.Status, report.Reason, report["exec"]).ShouldBe(("rejected", "tooLarge", "error"));
    }

    [Theory]
    [InlineData("ssh/nosuch/exec/set", "nosuch")]
    [InlineData("ssh/nosuch/exec/5/set", "nosuch")]
    [InlineData("ssh/NAS/exec/set", "NAS")]
    [InlineData("ssh/bridge/exec/set", "bridge")]
    [InlineData("ssh/nas/execute/set", "execute")]
    [InlineData("ssh/nosuch/execute/set", "nosuch", "execute")]
    [InlineData("ssh/set")]
    [InlineData("ssh/nas/set")]
    [InlineData("ssh/nas/exec/1/2/set")]
    [InlineData("ssh/nas/exec/1/2/3/4/5/6/7/8/9/set")]
    public async Task Write_GivenAnUnknownTopic_ShouldReportItOnTheErrorTopic(string topic, params string[] names)
    {
        var before = Probe.Messages.Count(IsError);
        await Probe.PublishAsync(topic, "true");

        var published = (await shared.Bridge.OrLogAsync(Probe.WaitForAsync(before + 1, IsError)))[^1];

        published.Retain.ShouldBeFalse();
        using var error = JsonDocument.Parse(published.Text);
        error.RootElement.EnumerateObject().Select(property => property.Name).ShouldBe(["reason", "message", "topic"]);
        error.RootElement.GetProperty("reason").GetString().ShouldBe("invalid");
        var message = error.RootElement.GetProperty("message").GetString()!;
        names.ShouldAllBe(name => message.Contains($"'{name}'"));
        error.RootElement.GetProperty("topic").GetString().ShouldBe(topic);
    }

    [Fact]
    public async Task Write_GivenARetainedMessage_ShouldRejectItAndIgnoreItsClearing()
    {
        var file = shared.Sshd.Folder[$"file-{Guid.NewGuid():N}"];

        var report = await Nas.SendAsync("exec/set", $"touch {file}", retain: true);
        await Nas.PublishAsync("exec/set", "", retain: true);
        var next = await Nas.ExecAsync("true");

        (report.Status, report.Reason, report["exec"]).ShouldBe(("rejected", "retained", "error"));
        next.Status.ShouldBe("succeeded");
        File.Exists(file).ShouldBeFalse();
    }

    private static bool IsError(ProbeMessage message) => message.Topic == "ssh/bridge/error";
}
