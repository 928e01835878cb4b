using SshMqttBridge.Commands;
using SshMqttBridge.Groups;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Unit.Journal;

namespace SshMqttBridge.Tests.Unit.Groups;

/// <summary>What a new leader does with the commands of the leader before.</summary>
public sealed class GroupRecoveryTests
{
    private const string Instance = "a";

    [Theory]
    [InlineData(CommandRecordState.Accepted, CommandStatus.Rejected)]
    [InlineData(CommandRecordState.Sent, CommandStatus.Lost)]
    internal async Task Run_GivenACommandOfTheLeaderBefore_ShouldEndItOnceAndAnswer(
        CommandRecordState state,
        CommandStatus status
    )
    {
        await using GroupedServer group = new();
        group.ReceiveLeader("b", GroupedServer.Epoch - 1);
        var record = Record("1", state) with { ResponseTopic = "ssh/reply/x", CorrelationData = [1, 2] };
        group.Receive(record);

        group.Recovery.Run(GroupedServer.Epoch, Instance);
        // The broker received it late, too.
        group.Recovery.Recover(record);

        var result = await group.Server.ResultAsync("1");
        (result.Status, result.Reason).ShouldBe((status, Reasons.Interrupted));
        (await group.Server.ResultAsync("1", "ssh/reply/x")).ShouldBe(result);
        await group.Server.SeenOnAsync(group.TopicOf("1"));
        group.Server.ResultIds.ShouldBe(["1"]);
        group.Server.Journal.FindResult("nas", "1", DateTimeOffset.MinValue).ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_GivenAnEndedCommand_ShouldKnowItsIdAndPublishNothing()
    {
        await using GroupedServer group = new();
        group.ReceiveLeader("b", GroupedServer.Epoch - 1);
        var command = JournalCommands.Exec("1");
        group.Receive(
            CommandRecord.Of(
                JournalCommands.Result(command, "output", CommandStatus.Failed),
                hasOwnId: true,
                GroupedServer.Epoch - 1
            )
        );

        group.Recovery.Run(GroupedServer.Epoch, Instance);
        group.Server.ResultIds.ShouldBeEmpty();
        group.Server.Exec("uptime", "1");

        var result = await group.Server.ResultAsync("1");
        (result.Status, result.Out, result.Truncated).ShouldBe((CommandStatus.Failed, "", true));
    }

    [Fact]
    public async Task Run_GivenAResponseTopicThatNoCommandMayHave_ShouldNotAnswerThere()
    {
        await using GroupedServer group = new();
        group.Receive(Record("1", CommandRecordState.Sent) with { ResponseTopic = "ssh/nas/exec/set" });
        group.Receive(Record("2", CommandRecordState.Sent) with { ResponseTopic = "elsewhere" });

        group.Recovery.Run(GroupedServer.Epoch, Instance);

        await group.Server.ResultAsync("1");
        await group.Server.ResultAsync("2");
        group.Server.Texts("ssh/nas/exec/set").ShouldBeEmpty();
        group.Server.Texts("elsewhere").ShouldBeEmpty();
    }

    /// <param name="leader">The last leader that the broker knows; null: none.</param>
    /// <param name="epoch">Of that leader.</param>
    /// <param name="isForgotten">Whether the broker has forgotten it since.</param>
    /// <param name="isPublished">Whether it was this instance.</param>
    [Theory]
    [InlineData("a", 4, false, true)]
    [InlineData(null, 0, false, true)]
    [InlineData("a", 3, false, false)]
    [InlineData("b", 4, false, false)]
    [InlineData("b", 4, true, false)]
    public async Task Run_GivenAResultThatThisInstanceCouldNotPublish_ShouldPublishItUnlessAnotherHasLed(
        string? leader,
        long epoch,
        bool isForgotten,
        bool isPublished
    )
    {
        await using GroupedServer group = new();
        if (leader is not null)
        {
            group.ReceiveLeader(leader, epoch);
        }

        if (isForgotten)
        {
            group.View.Reset();
        }

        var command = JournalCommands.Exec("1");
        group.Server.Journal.Accept(command, isSent: true);
        group.Server.Journal.Ended("nas", "1", group.Server.Journal.Now, JournalCommands.Result(command).ToJson());

        group.Recovery.Run(GroupedServer.Epoch, Instance);
        group.Receive(Record("2", CommandRecordState.Sent));
        group.Recovery.Recover(Record("2", CommandRecordState.Sent));
        await group.Server.ResultAsync("2");

        group.Server.ResultIds.ShouldBe(isPublished ? ["1", "2"] : ["2"]);
        group.Server.Journal.Unacknowledged().ShouldNotContain(entry => entry.Id == "1");
    }

    [Fact]
    public async Task Run_GivenAResultThatThisInstanceCouldNotPublishWithARecord_ShouldPublishIt()
    {
        await using GroupedServer group = new();
        group.ReceiveLeader("b", GroupedServer.Epoch - 1);
        var command = JournalCommands.Exec("1");
        group.Server.Journal.Accept(command, isSent: true);
        group.Server.Journal.Ended("nas", "1", group.Server.Journal.Now, JournalCommands.Result(command, "output").ToJson());
        group.Receive(Record("1", CommandRecordState.Sent));

        group.Recovery.Run(GroupedServer.Epoch, Instance);

        (await group.Server.ResultAsync("1")).Out.ShouldBe("output");
    }

    /// <summary>It was rejected here, sent again by its client, and run by a leader in between.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_GivenAnIdThatALeaderInBetweenHasRun_ShouldNotRunItAgain(bool isAcknowledged)
    {
        await using GroupedServer group = new();
        group.ReceiveLeader("b", GroupedServer.Epoch - 1);
        var first = JournalCommands.Exec("1");
        group.Server.Journal.Accept(first);
        group.Server.Journal.Ended(
            "nas",
            "1",
            group.Server.Journal.Now,
            JournalCommands.Result(first, status: CommandStatus.Rejected).ToJson()
        );
        if (isAcknowledged)
        {
            group.Server.Journal.Acknowledged("nas", "1");
        }

        var again = JournalCommands.Exec("1", at: JournalCommands.Noon.AddSeconds(1));
        group.Receive(CommandRecord.Of(JournalCommands.Result(again), hasOwnId: true, GroupedServer.Epoch - 1));

        group.Recovery.Run(GroupedServer.Epoch, Instance);
        group.Server.Exec("uptime", "1");

        (await group.Server.ResultAsync("1")).Status.ShouldBe(CommandStatus.Succeeded);
        group.Server.ResultIds.ShouldBe(["1"]);
    }

    /// <summary>This instance has seen its end, but a leader in between has published another one.</summary>
    [Fact]
    public async Task Run_GivenAnEndThatNobodyHasHeardOf_ShouldAnswerWhatWasPublished()
    {
        await using GroupedServer group = new();
        group.ReceiveLeader("b", GroupedServer.Epoch - 1);
        var command = JournalCommands.Exec("1");
        group.Server.Journal.Accept(command, isSent: true);
        group.Server.Journal.Ended("nas", "1", group.Server.Journal.Now, JournalCommands.Result(command).ToJson());
        group.Receive(
            CommandRecord.Of(JournalCommands.Result(command, status: CommandStatus.Lost), hasOwnId: true, GroupedServer.Epoch - 1)
        );

        group.Recovery.Run(GroupedServer.Epoch, Instance);
        group.Server.Exec("uptime", "1");

        (await group.Server.ResultAsync("1")).Status.ShouldBe(CommandStatus.Lost);
    }

    /// <summary>It was only accepted here, sent again by its client, and sent to its server by a leader in between.</summary>
    [Fact]
    public async Task Run_GivenACommandThatALeaderInBetweenHasSent_ShouldBeLost()
    {
        await using GroupedServer group = new();
        group.ReceiveLeader("b", GroupedServer.Epoch - 1);
        group.Server.Journal.Accept(JournalCommands.Exec("1"));
        var again = JournalCommands.Exec("1", at: JournalCommands.Noon.AddSeconds(1));
        group.Receive(CommandRecord.Of(again, CommandRecordState.Sent, GroupedServer.Epoch - 1));

        group.Recovery.Run(GroupedServer.Epoch, Instance);

        (await group.Server.ResultAsync("1")).Status.ShouldBe(CommandStatus.Lost);
        group.Server.ResultIds.ShouldBe(["1"]);
    }

    [Fact]
    public async Task Run_GivenABrokerThatHasAnEarlierRecordAgain_ShouldCorrectItAndPublishNoResult()
    {
        await using GroupedServer group = new();
        group.ReceiveLeader("b", GroupedServer.Epoch - 1);
        var ended = CommandRecord.Of(JournalCommands.Result(JournalCommands.Exec("1")), hasOwnId: true, GroupedServer.Epoch - 1);
        group.Receive(ended);
        group.View.Reset();
        group.Receive(Record("1", CommandRecordState.Sent));

        group.Recovery.Run(GroupedServer.Epoch, Instance);

        await group.Server.IsNowAsync(group.TopicOf("1"), System.Text.Encoding.UTF8.GetString(ended.ToJson()));
        group.Server.ResultIds.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"server":"nas"}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData(
        """{"server":"nas","id":"other","operation":"exec","state":"sent","receivedAt":"2026-11-27T00:00:00.000Z","epoch":1}"""
    )]
    [InlineData(
        """{"server":"nas","id":"1","operation":"exec","state":"ended","receivedAt":"2026-11-27T00:00:00.000Z","epoch":1}"""
    )]
    public async Task Run_GivenSomethingElseOnARecordsTopic_ShouldIgnoreIt(string payload)
    {
        await using GroupedServer group = new();
        group.View.Handle(new MqttDelivery(group.TopicOf("1"), System.Text.Encoding.UTF8.GetBytes(payload)));

        group.Recovery.Run(GroupedServer.Epoch, Instance);

        group.View.Records.ShouldBeEmpty();
        group.Server.ResultIds.ShouldBeEmpty();
    }

    private static CommandRecord Record(string id, CommandRecordState state) =>
        CommandRecord.Of(JournalCommands.Exec(id), state, GroupedServer.Epoch - 1);
}
