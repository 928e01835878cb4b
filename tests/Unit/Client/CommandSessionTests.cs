using System.Text;
using SshMqttBridge.Client;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Unit.Mqtt;

namespace SshMqttBridge.Tests.Unit.Client;

/// <summary>What a real broker does only by chance: the integration tests have the rest.</summary>
public sealed class CommandSessionTests : IDisposable
{
    private const string Answer = """{"id":"1","operation":"exec","status":"succeeded","exit":0,"out":"done\n","err":""}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WatchedTimeProvider _time = new();
    private readonly FakeMqttTransport _broker = new();
    private readonly MemoryStream _out = new();
    private readonly MemoryStream _err = new();

    public void Dispose()
    {
        _out.Dispose();
        _err.Dispose();
    }

    [Fact]
    public async Task RunAsync_GivenALossBeforeTheAcknowledgement_ShouldPublishAgainWithTheSameId()
    {
        _broker.OnPublish = _ => new TaskCompletionSource().Task;
        var running = RunAsync();
        var first = await OnlineAsync();
        var sent = await first.NextPublicationAsync();
        first.Lose();
        await _time.PassAsync(TimeSpan.FromSeconds(1));
        var second = await OnlineAsync();
        var again = await second.NextPublicationAsync();
        second.Receive(Message("ssh/nas/last", Answer));

        (await running).ShouldBe(0);
        Encoding.UTF8.GetString(_out.ToArray()).ShouldBe("done\n");
        again.Payload.ToArray().ShouldBe(sent.Payload.ToArray());
        (sent.Topic, sent.ResponseTopic, sent.Expiry).ShouldBe(("ssh/nas/exec/set", "ssh/reply/1", TimeSpan.FromSeconds(90)));
        again.Expiry.ShouldBe(TimeSpan.FromSeconds(89));
    }

    [Fact]
    public async Task RunAsync_GivenALossAfterTheAcknowledgement_ShouldNotPublishAgain()
    {
        var running = RunAsync();
        var first = await OnlineAsync();
        await first.NextPublicationAsync();
        first.Lose();
        await _time.PassAsync(TimeSpan.FromSeconds(1));
        var second = await OnlineAsync();
        second.Receive(Message("ssh/nas/last", Answer.Replace("\"1\"", "\"2\"")));
        second.Receive(Message("ssh/nas/last", Answer));

        (await running).ShouldBe(0);
        second.TryNextPublication(out _).ShouldBeFalse();
        second.IsDisposed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("ssh/nas/exec/set", "the broker did not accept the command: not authorised")]
    [InlineData("ssh/reply/1", "the broker refused a subscription: not authorised")]
    [InlineData("ssh/bridge/state", "the broker refused a subscription: not authorised")]
    public async Task RunAsync_GivenARefusal_ShouldReportIt(string topic, string message)
    {
        _broker.OnPublish = publication =>
            publication.Topic == topic ? Task.FromException(new MqttRefusedException(135, "not authorised")) : Task.CompletedTask;
        _broker.OnSubscribe = filter =>
        {
            if (filter == topic)
            {
                throw new MqttRefusedException(135, "not authorised");
            }
        };
        var running = RunAsync();
        await OnlineAsync();

        var exception = await Should.ThrowAsync<ClientException>(running);
        (exception.ExitStatus, exception.Message).ShouldBe((69, message));
    }

    [Fact]
    public async Task RunAsync_GivenOutputOfTheRunningCommand_ShouldPrintEachPartOnce()
    {
        var running = RunAsync();
        var connection = await OnlineAsync();
        var sent = await connection.NextPublicationAsync();
        connection.Receive(Message("ssh/nas/output", """{"id":"2","stream":"out","offset":0,"text":"not this one\n"}"""));
        connection.Receive(Message("ssh/nas/output", """{"id":"1","stream":"out","offset":0,"text":"é1\n"}"""));
        connection.Receive(Message("ssh/nas/output", """{"id":"1","stream":"err","offset":0,"text":"oh\n"}"""));
        connection.Receive(Message("ssh/nas/output", """{"id":"1","stream":"out","offset":6,"text":"after a gap\n"}"""));
        connection.Receive(
            Message("ssh/reply/1", """{"id":"1","status":"succeeded","exit":0,"out":"é1\n2\nafter a gap\n","err":"oh\nno\n"}""")
        );

        (await running).ShouldBe(0);
        Encoding.UTF8.GetString(sent.Payload.Span).ShouldBe("""{"id":"1","live":true,"command":"true","timeout":30}""");
        Encoding.UTF8.GetString(_out.ToArray()).ShouldBe("é1\n2\nafter a gap\n");
        Encoding.UTF8.GetString(_err.ToArray()).ShouldBe("oh\nno\n");
    }

    [Theory]
    [InlineData(0, 6, "")]
    [InlineData(1, 6, "ssh-mqtt: some of the output was dropped (maxOutputBytes)\n")]
    public async Task RunAsync_GivenATruncatedResult_ShouldWarnOnlyIfSomethingWasNotPrinted(int offset, int bytes, string warning)
    {
        var running = RunAsync();
        var connection = await OnlineAsync();
        await connection.NextPublicationAsync();
        connection.Receive(Message("ssh/nas/output", $$"""{"id":"1","stream":"out","offset":{{offset}},"text":"abcdef"}"""));
        connection.Receive(
            Message(
                "ssh/reply/1",
                $$"""{"id":"1","status":"succeeded","exit":0,"out":"abc","outBytes":{{bytes}},"err":"","errBytes":0,"truncated":true}"""
            )
        );

        await running;
        Encoding.UTF8.GetString(_out.ToArray()).ShouldBe(warning.Length == 0 ? "abcdef" : "abc");
        Encoding.UTF8.GetString(_err.ToArray()).ShouldBe(warning);
    }

    [Fact]
    public async Task RunAsync_GivenACancellation_ShouldPublishIt()
    {
        using CancellationTokenSource cancelled = new();
        var running = RunAsync(cancelled.Token);
        var connection = await OnlineAsync();
        await connection.NextPublicationAsync();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(running);
        var cancel = await connection.NextPublicationAsync();
        (cancel.Topic, Encoding.UTF8.GetString(cancel.Payload.Span)).ShouldBe(("ssh/nas/cancel/set", "1"));
        Encoding.UTF8.GetString(_err.ToArray()).ShouldBe("ssh-mqtt: cancelled\n");
    }

    [Fact]
    public async Task RunAsync_GivenNoState_ShouldReportThatThereIsNoBridge()
    {
        var running = RunAsync();
        await _broker.NextConnectionAsync();
        await _time.PassAsync(TimeSpan.FromSeconds(10));

        (await Should.ThrowAsync<ClientException>(running)).Message.ShouldBe(
            "no bridge at this broker: no retained message on ssh/bridge/state"
        );
    }

    private async Task<int> RunAsync(CancellationToken cancelled = default)
    {
        ClientSettings settings = new(new MqttOptions(), "ssh/reply");
        var arguments = ClientArguments.Parse(["run", "-n", "nas", "true"])!;
        CommandSession session = new(
            ClientRequest.Create(arguments, new TopicScheme("ssh"), "1", input: null),
            settings,
            follows: "output",
            _broker,
            new ClientOutput(_out, _err, isTerminal: false),
            _time
        );
        return await session.RunAsync(cancelled).WaitAsync(Patience, CancellationToken.None);
    }

    private async Task<FakeMqttConnection> OnlineAsync()
    {
        var connection = await _broker.NextConnectionAsync();
        connection.Receive(Message("ssh/bridge/state", "online"));
        return connection;
    }

    private static MqttDelivery Message(string topic, string payload) => new(topic, Encoding.UTF8.GetBytes(payload));
}
