using SshMqttBridge.Commands;
using SshMqttBridge.Groups;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Groups;

/// <summary>Commands on the leader of a group.</summary>
public sealed class GroupedServerTests
{
    [Fact]
    public async Task RunAsync_GivenACommand_ShouldSendItOnlyWhenItsRecordIsSafe()
    {
        await using GroupedServer group = new(isBrokerThere: false);
        var session = await group.Server.Transport.AcceptAsync();
        group.Server.Exec("uptime", "1");
        // One that it is accepted may come before.
        var record = await TakeSentAsync(group, group.TopicOf("1"));

        var started = session.NextAsync();
        started.IsCompleted.ShouldBeFalse();
        group.Server.Outbox.Complete(record, acknowledged: true);

        (await started).CommandLine.ShouldBe("uptime");
        record.Publication.Retain.ShouldBeTrue();
    }

    [Fact]
    public async Task RunAsync_GivenTheLeaseIsLostBeforeTheCommandIsSent_ShouldNotSendIt()
    {
        await using GroupedServer group = new();
        var attempt = group.Server.Transport.NextAsync();
        group.Server.Exec("uptime", "1");
        var connecting = await attempt;

        group.Leadership.Lose();
        Servers.FakeSession session = new();
        connecting.Outcome.SetResult(session);

        var result = await group.Server.ResultAsync("1");
        (result.Status, result.Reason).ShouldBe((CommandStatus.Rejected, Reasons.Interrupted));
        session.NextAsync().IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task LoseLeaseAsync_GivenCommands_ShouldEndThemAllAndCloseTheConnection()
    {
        await using GroupedServer group = new();
        var (session, first) = await group.Server.StartThreeAsync();

        group.Leadership.Lose();
        var losing = group.Server.Servers.LoseLeaseAsync();
        await session.StopAsync(first);
        await losing.WaitAsync(TimeSpan.FromSeconds(30));

        foreach (var id in (string[])["2", "3"])
        {
            var queued = await group.Server.ResultAsync(id);
            (queued.Status, queued.Reason).ShouldBe((CommandStatus.Rejected, Reasons.Interrupted));
        }

        var running = await group.Server.ResultAsync("1");
        (running.Status, running.Reason).ShouldBe((CommandStatus.Lost, Reasons.Interrupted));
        await group.Server.IsNowAsync("ssh/nas/connection", "offline");
        // It is opened again, for the next term.
        await group.Server.Transport.AcceptAsync();
    }

    [Fact]
    public async Task Submit_GivenAStandby_ShouldRefuseAndNameTheLeader()
    {
        await using GroupedServer group = new();
        group.Leadership.Lose();
        group.ReceiveLeader("b", 6);

        group.Server.Exec("uptime", "1");

        var result = await group.Server.ResultAsync("1");
        (result.Status, result.Reason).ShouldBe((CommandStatus.Rejected, Reasons.Local));
        result.Message!.ShouldContain("'b' leads");
    }

    [Fact]
    public async Task Records_GivenTheEndOfACommand_ShouldKeepOnlyAnIdOfAClientForTenMinutes()
    {
        await using GroupedServer group = new();
        var (session, process) = await group.Server.StartAsync("uptime");
        process.End(0);
        // What belongs to the first command is published before the second one.
        group.Server.Exec("uptime", "2");
        (await session.NextAsync()).End(0);
        await group.Server.ResultAsync("2");

        var records = group.Server.Texts(group.TopicOf("1"));
        group.View.Handle(new MqttDelivery(group.TopicOf("1"), System.Text.Encoding.UTF8.GetBytes(records[^1])));
        group.Server.Clock.Advance(TimeSpan.FromMinutes(9));
        group.Records.RemoveOld();
        records[^2].ShouldContain("\"state\":\"sent\"");
        records[^1].ShouldContain("\"state\":\"ended\"");
        group.Server.Clock.Advance(TimeSpan.FromMinutes(1));
        group.Records.RemoveOld();

        await group.Server.IsNowAsync(group.TopicOf("1"), "");
    }

    private static async Task<OutboxMessage> TakeSentAsync(GroupedServer group, string topic)
    {
        while (true)
        {
            await group.Server.Outbox.WorkAsync();
            while (group.Server.Outbox.TryTake(out var message))
            {
                if (
                    message.Publication.Topic == topic
                    && CommandRecord.TryRead(message.Publication.Payload.Span, out var record)
                    && record.State == CommandRecordState.Sent
                )
                {
                    return message;
                }

                group.Server.Outbox.Complete(message, acknowledged: true);
            }
        }
    }
}
