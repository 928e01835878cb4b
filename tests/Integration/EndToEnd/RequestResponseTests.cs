using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>MQTT 5: the answer at a Response Topic, with its Correlation Data.</summary>
[Collection(SharedBridgeTests.Name)]
public sealed class RequestResponseTests(SharedBridge shared)
{
    private readonly byte[] _correlation = Guid.NewGuid().ToByteArray();

    private BridgeClient Nas => shared.Bridge["nas"];
    private MqttProbe Probe => shared.Bridge.Probe;

    [Fact]
    public async Task Request_GivenACommand_ShouldAnswerWithItsResultAndCorrelationData()
    {
        var answer = await AskAsync("ssh/nas/exec/set", "echo hello");

        var result = CommandReport.Read(answer);
        (result.Status, result.Out).ShouldBe(("succeeded", "hello\n"));
        answer.Retain.ShouldBeFalse();
        answer.Qos.ShouldBe(1);
        (await Nas.EndAsync(result.Id)).Json.ShouldBe(answer.Text);
    }

    [Fact]
    public async Task Request_GivenNoCorrelationData_ShouldAnswerWithout()
    {
        var topic = $"ssh/reply/{Guid.NewGuid():N}";
        await Probe.PublishAsync("ssh/nas/exec/set", "echo hello", responseTopic: topic);

        var answer = await Probe.WaitForAsync(message => message.Topic == topic);

        answer.CorrelationData.ShouldBeNull();
    }

    [Theory]
    [InlineData("ssh/demand/user/set", "somebody", "user")]
    [InlineData("ssh/demand/user/set", "", "user")]
    [InlineData("ssh/demand/connection/set", "close", "connection")]
    [InlineData("ssh/nas/cancel/set", "*", "cancel")]
    public async Task Request_GivenAnOperationWithoutResultTopic_ShouldBeAnsweredThereOnly(
        string topic,
        string payload,
        string operation
    )
    {
        var server = topic.Split('/')[1];
        var before = shared.Bridge[server].History("result").Count;

        var result = CommandReport.Read(await AskAsync(topic, payload));

        (result.Operation, result.Status).ShouldBe((operation, "succeeded"));
        shared.Bridge[server].History("result").Count.ShouldBe(before);
    }

    [Theory]
    [InlineData("ssh/nas/exec/set", "", "invalid")]
    [InlineData("ssh/nas/exec/0/set", "true", "invalid")]
    [InlineData("ssh/nosuch/exec/set", "true", "invalid")]
    [InlineData("ssh/nas/user/set", "somebody", "invalid")]
    public async Task Request_GivenAnInvalidPayload_ShouldAnswerWithARejection(string topic, string payload, string reason)
    {
        var result = CommandReport.Read(await AskAsync(topic, payload));

        (result.Status, result.Reason).ShouldBe(("rejected", reason));
    }

    [Theory]
    [InlineData("ssh/nas/exec/set", """{"command":"true","id":"refused-exec"}""", "refused-exec")]
    [InlineData("ssh/nas/put/set", """{"source":"a","destination":"b","id":"refused-put"}""", "refused-put")]
    public async Task Request_GivenABadResponseTopic_ShouldRejectItWithItsId(string topic, string payload, string id)
    {
        await Probe.PublishAsync(topic, payload, responseTopic: "elsewhere/reply");

        var result = await Nas.EndAsync(id);

        (result.Status, result.Reason).ShouldBe(("rejected", "invalid"));
        result.Message!.ShouldContain("response topic", Case.Insensitive);
    }

    [Theory]
    [InlineData("elsewhere/reply")]
    [InlineData("ssh/nas/exec/set")]
    [InlineData("ssh/reply/exec/set")]
    [InlineData("$SYS/reply")]
    [InlineData("ssh/nas/out")]
    public async Task Request_GivenABadResponseTopic_ShouldRefuseItAndPublishNothingThere(string responseTopic)
    {
        await using var there = await MqttProbe.ConnectAsync(shared.Broker);
        await there.SubscribeAsync(responseTopic, sendRetained: false);
        var file = shared.Sshd.Folder[$"file-{Guid.NewGuid():N}"];
        var before = Nas.History("result").Count;

        await Probe.PublishAsync("ssh/nas/exec/set", $"touch {file}", responseTopic: responseTopic);
        await shared.Bridge.OrLogAsync(Probe.WaitForAsync(before + 1, message => message.Topic == "ssh/nas/result"));
        await Probe.PublishAsync("elsewhere/end", "end");

        var result = CommandReport.Read(Probe.Messages.Last(message => message.Topic == "ssh/nas/result"));
        (result.Status, result.Reason).ShouldBe(("rejected", "invalid"));
        result.Message!.ShouldContain("response topic", Case.Insensitive);
        there.Messages.Where(message => message.Text.Contains(result.Id, StringComparison.Ordinal)).ShouldBeEmpty();
        File.Exists(file).ShouldBeFalse();
    }

    private async Task<ProbeMessage> AskAsync(string topic, string payload)
    {
        await Probe.PublishAsync(topic, payload, responseTopic: "ssh/reply/test/1", correlationData: _correlation);
        return await shared.Bridge.OrLogAsync(
            Probe.WaitForAsync(message =>
                message.Topic == "ssh/reply/test/1" && message.CorrelationData.AsSpan().SequenceEqual(_correlation)
            )
        );
    }
}
