using System.Text;
using Microsoft.Data.Sqlite;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Journal;

namespace SshMqttBridge.Tests.Unit.Journal;

public sealed class JournalTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["journal.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Unacknowledged_GivenCommandsInEachState_ShouldReturnThemAfterReopening()
    {
        using (var journal = new CommandJournal(FilePath))
        {
            Command accepted = Exec("accepted");
            Command sent = Exec("sent") with { Origin = Origin(new ReplyAddress("ssh/reply/1", new byte[] { 0, 255 })) };
            Command ended = Exec("ended") with { Origin = Origin(new ReplyAddress("ssh/reply/2", null)) };
            Command settled = Exec("settled");
            foreach (var command in (Command[])[accepted, sent, ended, settled])
            {
                journal.Accept(command);
            }

            journal.Sent(sent);
            journal.Sent(ended);
            journal.Ended("nas", "ended", Now, "{}"u8.ToArray());
            journal.Ended("nas", "settled", Now, "{}"u8.ToArray());
            journal.Acknowledged("nas", "settled");
        }

        using var reopened = new CommandJournal(FilePath);
        var entries = reopened.Unacknowledged();

        entries
            .Select(entry => (entry.Id, entry.WasSent, entry.Result is null))
            .ShouldBe([("accepted", false, true), ("sent", true, true), ("ended", true, false)]);
        entries.ShouldAllBe(entry =>
            entry.ServerId == "nas" && entry.Operation == Operation.Exec && entry.Command == "uptime" && entry.ReceivedAt == Now
        );
        entries[0].Reply.ShouldBeNull();
        entries[1].Reply!.Topic.ShouldBe("ssh/reply/1");
        entries[1].Reply!.CorrelationData!.Value.ToArray().ShouldBe([0, 255]);
        entries[2].Reply!.CorrelationData.ShouldBeNull();
    }

    [Fact]
    public async Task Accept_GivenALongWriteAheadLog_ShouldCheckpointIt()
    {
        using var journal = new CommandJournal(FilePath);
        var empty = new FileInfo(FilePath).Length;
        for (var i = 0; i < 300; i++)
        {
            journal.Accept(Exec($"{i}"));
        }

        // By another thread, and without the journal being closed.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (new FileInfo(FilePath).Length == empty)
        {
            await Task.Delay(10, limit.Token);
        }

        journal.Unacknowledged().Count.ShouldBe(300);
    }

    [Fact]
    public void FindResult_GivenAnEndedCommand_ShouldFindItWhileItIsRemembered()
    {
        using var journal = new CommandJournal(FilePath);
        journal.Accept(Exec("7"));
        journal.FindResult("nas", "7", Now.AddMinutes(-10)).ShouldBeNull();

        journal.Ended("nas", "7", Now, "first"u8.ToArray());

        journal.FindResult("nas", "7", Now).ShouldBe("first"u8.ToArray());
        journal.FindResult("nas", "7", Now.AddMilliseconds(1)).ShouldBeNull();
        journal.FindResult("other", "7", Now).ShouldBeNull();
        journal.FindResult("nas", "8", Now).ShouldBeNull();
    }

    [Fact]
    public void Ended_GivenASecondTime_ShouldKeepTheFirstResult()
    {
        using var journal = new CommandJournal(FilePath);
        journal.Accept(Exec("7"));

        journal.Ended("nas", "7", Now, "first"u8.ToArray());
        journal.Ended("nas", "7", Now, "second"u8.ToArray());

        journal.FindResult("nas", "7", Now).ShouldBe("first"u8.ToArray());
    }

    [Fact]
    public void Acknowledged_GivenACommandThatHasNotEnded_ShouldLeaveItUnacknowledged()
    {
        using var journal = new CommandJournal(FilePath);
        journal.Accept(Exec("7"));

        journal.Acknowledged("nas", "7");

        journal.Unacknowledged().ShouldHaveSingleItem().Id.ShouldBe("7");
    }

    [Fact]
    public void Ended_GivenMany_ShouldForgetTheOldAndKeepTheRecentAndUnacknowledged()
    {
        using (var journal = new CommandJournal(FilePath))
        {
            journal.Accept(Exec("unsettled"));
            journal.Ended("nas", "unsettled", Now.AddHours(-1), "{}"u8.ToArray());
            for (var i = 0; i < 3000; i++)
            {
                var id = i.ToString();
                journal.Accept(Exec(id));
                journal.Ended("nas", id, Now.AddHours(-1).AddSeconds(i), "{}"u8.ToArray());
                journal.Acknowledged("nas", id);
            }

            journal.Unacknowledged().ShouldHaveSingleItem().Id.ShouldBe("unsettled");
            journal.FindResult("nas", "2999", Now.AddDays(-1)).ShouldNotBeNull();
            journal.FindResult("nas", "2100", Now.AddDays(-1)).ShouldNotBeNull();
            journal.FindResult("nas", "0", Now.AddDays(-1)).ShouldBeNull();
        }

        Rows().ShouldBeInRange(CommandJournal.HistoryLength, CommandJournal.HistoryLength + 256 + 1);
    }

    [Fact]
    public void Ended_GivenManyScheduledRuns_ShouldKeepTheOthers()
    {
        using (var journal = new CommandJournal(FilePath))
        {
            journal.Accept(Exec("asked"));
            journal.Ended("nas", "asked", Now.AddHours(-1), "{}"u8.ToArray());
            journal.Acknowledged("nas", "asked");
            for (var i = 0; i < 3000; i++)
            {
                var run = Exec($"run-{i}");
                journal.Accept(run with { Origin = run.Origin with { Source = CommandSource.Schedule } });
                journal.Ended("nas", run.Id, Now.AddHours(-1).AddSeconds(i), "{}"u8.ToArray());
                journal.Acknowledged("nas", run.Id);
            }

            journal.FindResult("nas", "asked", Now.AddDays(-1)).ShouldNotBeNull();
            journal.FindResult("nas", "run-0", Now.AddDays(-1)).ShouldBeNull();
        }

        Rows().ShouldBeInRange(CommandJournal.HistoryLength, CommandJournal.HistoryLength + 256 + 1);
    }

    [Fact]
    public void Members_GivenSeveralThreads_ShouldLoseNothing()
    {
        using var journal = new CommandJournal(FilePath);

        Parallel.For(
            0,
            8,
            thread =>
            {
                for (var i = 0; i < 50; i++)
                {
                    var id = $"{thread}-{i}";
                    Command command = Exec(id);
                    journal.Accept(command);
                    journal.Sent(command);
                    journal.Unacknowledged().ShouldNotBeEmpty();
                    journal.Ended("nas", id, Now, Encoding.UTF8.GetBytes(id));
                    journal.FindResult("nas", id, Now).ShouldBe(Encoding.UTF8.GetBytes(id));
                    if (i % 2 == 0)
                    {
                        journal.Acknowledged("nas", id);
                    }
                }
            }
        );

        journal.Unacknowledged().Count.ShouldBe(200);
    }

    [Fact]
    public void Accept_GivenNoFolder_ShouldNameTheFile()
    {
        using var journal = new CommandJournal(_folder["none/journal.db"]);

        Should.Throw<JournalException>(() => journal.Accept(Exec("7"))).Message.ShouldContain("none/journal.db cannot be used");
    }

    [Theory]
    [InlineData("UPDATE command SET operation = 'nonsense'")]
    [InlineData("UPDATE command SET operation = ''")]
    [InlineData("UPDATE command SET received_at = 9223372036854775807")]
    [InlineData("UPDATE command SET result = 'text', reply_topic = 'a', correlation = 5")]
    public void Recover_GivenADamagedRow_ShouldReportItAndRecoverTheOthers(string damage)
    {
        using (var before = new CommandJournal(FilePath))
        {
            before.Accept(Exec("7"));
        }

        using (var connection = Open())
        {
            Execute(connection, damage);
        }

        using (var before = new CommandJournal(FilePath))
        {
            before.Accept(Exec("8"));
        }

        List<StorageNotice> notices = [];
        List<string> recovered = [];
        using var journal = new CommandJournal(FilePath, notify: notices.Add);
        journal.Recover(entry => recovered.Add(entry.Id));

        recovered.ShouldBe(["8"]);
        notices.ShouldHaveSingleItem().Message.ShouldStartWith("1 unfinished commands");
    }

    [Fact]
    public void Accept_GivenADroppedTable_ShouldThrowJournalException()
    {
        using var journal = new CommandJournal(FilePath);
        using (var connection = Open())
        {
            Execute(connection, "DROP TABLE command");
        }

        Should.Throw<JournalException>(() => journal.Accept(Exec("7")));
        Should.Throw<JournalException>(() => journal.FindResult("nas", "7", Now));
    }

    [Fact]
    public void Accept_GivenAPassword_ShouldNotWriteIt()
    {
        using (var journal = new CommandJournal(FilePath))
        {
            journal.Accept(new PasswordCommand(new Secret("canary")) { Origin = Origin(null), Id = "7" });
            journal.Unacknowledged().ShouldHaveSingleItem().Command.ShouldBeNull();
        }

        Directory
            .EnumerateFiles(_folder.Path)
            .ShouldAllBe(file =>
                !Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains("canary", StringComparison.Ordinal)
            );
    }

    [Theory]
    [InlineData(true, "Lost")]
    [InlineData(false, "Rejected")]
    public void ResultOf_GivenAnInterruptedCommand_ShouldReturnInterrupted(bool wasSent, string status)
    {
        var result = Recovery.ResultOf(Entry(wasSent, null));

        result.Status.ToString().ShouldBe(status);
        (result.Reason, result.Id, result.Server, result.Command).ShouldBe(("interrupted", "7", "nas", "uptime"));
        result.ReceivedAt.ShouldBe(Now);
    }

    [Fact]
    public void ResultOf_GivenACommandThatHadEnded_ShouldBeItsResult()
    {
        var had = CommandResult.Of(
            Exec("7"),
            new CommandOutcome(CommandStatus.Failed) { Exit = 3 },
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(5)
        );

        Recovery.ResultOf(Entry(true, had.ToJson())).ShouldBe(had);
    }

    [Fact]
    public void ResultOf_GivenADamagedResult_ShouldBeLost() =>
        Recovery.ResultOf(Entry(true, "{damaged"u8.ToArray())).Status.ShouldBe(CommandStatus.Lost);

    private static JournalEntry Entry(bool wasSent, byte[]? result) =>
        new()
        {
            ServerId = "nas",
            Id = "7",
            Operation = Operation.Exec,
            Command = "uptime",
            ReceivedAt = Now,
            WasSent = wasSent,
            Result = result,
        };

    private static ExecCommand Exec(string id) =>
        new("uptime", TimeSpan.FromSeconds(30), null) { Origin = Origin(null), Id = id };

    private static CommandOrigin Origin(ReplyAddress? reply) => new("nas", "ssh/nas/exec/set", Now, 0) { Reply = reply };

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private long Rows()
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM command";
        return (long)command.ExecuteScalar()!;
    }
}
