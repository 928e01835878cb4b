using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Hosting;
using SshMqttBridge.Hosting.Verbs;
using SshMqttBridge.Journal;

namespace SshMqttBridge.Tests.Unit.Journal;

/// <summary>What the journal stores about actions, also in a file from an earlier version of the bridge.</summary>
public sealed class JournalActionsTests : IDisposable
{
    private const string Version1 = """
        CREATE TABLE command (
            number INTEGER PRIMARY KEY, server TEXT NOT NULL, id TEXT NOT NULL, operation TEXT NOT NULL, command TEXT, received_at INTEGER NOT NULL,
            reply_topic TEXT, correlation BLOB, state INTEGER NOT NULL DEFAULT 0, ended_at INTEGER, result BLOB
        );
        CREATE INDEX command_by_id ON command (server, id);
        CREATE INDEX command_unsettled ON command (number) WHERE state < 3;
        INSERT INTO command (server, id, operation, command, received_at, state) VALUES ('nas', 'old', 'Exec', 'reboot', 0, 1);
        PRAGMA user_version = 1;
        """;

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["journal.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Unacknowledged_GivenActions_ShouldReturnThem()
    {
        using (var journal = new CommandJournal(File))
        {
            journal.Accept(Action("1", CommandSource.Mqtt));
            journal.Sent(Action("1", CommandSource.Mqtt));
            journal.Accept(Action("2", CommandSource.Schedule));
            journal.Accept(JournalCommands.Exec("3"));
        }

        using var again = new CommandJournal(File);
        var results = again.Unacknowledged().Select(Recovery.ResultOf).ToList();

        results
            .Select(result => (result.Status, result.Action, result.Scheduled))
            .ShouldBe([
                (CommandStatus.Lost, "restart", null),
                (CommandStatus.Rejected, "restart", true),
                (CommandStatus.Rejected, null, null),
            ]);
        System.Text.Encoding.UTF8.GetString(results[2].ToJson()).ShouldNotContain("action");
    }

    [Fact]
    public void Open_GivenAJournalOfAnEarlierVersion_ShouldKeepItsRowsAndAcceptActions()
    {
        Execute(Version1);

        using var journal = new CommandJournal(File);
        journal.Accept(Action("new", CommandSource.Mqtt));

        journal.Unacknowledged().Select(entry => (entry.Id, entry.Action)).ShouldBe([("old", null), ("new", "restart")]);
        Directory.GetFiles(_folder.Path).ShouldAllBe(file => !file.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_GivenADamagedJournalOfAnEarlierVersion_ShouldKeepTheReadableRows()
    {
        Execute(Version1 + "DROP INDEX command_by_id;");
        Execute("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'command_unsettled';");

        using var journal = new CommandJournal(File);

        journal.Fault.ShouldBeNull();
        Directory.GetFiles(_folder.Path).ShouldContain(file => file.Contains("damaged", StringComparison.Ordinal));
        journal.Unacknowledged().ShouldHaveSingleItem().Id.ShouldBe("old");
    }

    [Fact]
    public void Latest_GivenAJournalOfAnEarlierVersion_ShouldReadItAsItIs()
    {
        Execute(Version1);

        var entry = JournalReader.Latest(File, null, 5).ShouldHaveSingleItem();

        (entry.Command, entry.Action, entry.IsScheduled).ShouldBe(("reboot", null, false));
    }

    [Fact]
    public void History_GivenActions_ShouldNameThem()
    {
        using (var journal = new CommandJournal(File))
        {
            journal.Accept(Action("1", CommandSource.Mqtt));
            journal.Accept(Action("2", CommandSource.Schedule));
        }

        using var output = new StringWriter();
        var options = new BridgeOptions
        {
            Mqtt = new MqttOptions(),
            BaseDirectory = _folder.Path,
            StateDirectory = _folder.Path,
            Servers = [],
        };
        HistoryVerb.Run(options, null, 5, output, TextWriter.Null).ShouldBe(ExitStatus.Success);

        var lines = output.ToString().TrimEnd().Split('\n');
        lines[0].ShouldEndWith("  [restart] service='nginx'; systemctl restart \"$service\"");
        lines[1].ShouldEndWith("  [restart, scheduled] service='nginx'; systemctl restart \"$service\"");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Audit_GivenACommand_ShouldNameItsActionIfItIsOne(bool isAction)
    {
        var result = JournalCommands.Result(JournalCommands.Exec("1")) with { Action = isAction ? "restart" : null };
        var options = new AuditOptions { File = _folder["audit.log"] };
        using (var audit = new AuditLog(options, new FakeTimeProvider(), _ => { }))
        {
            audit.Write(AuditEntry.Of(result, "schedule", null));
        }

        var line = System.IO.File.ReadAllText(options.File);
        line.Contains(
                """
                "command":"uptime","action":"restart","status"
                """,
                StringComparison.Ordinal
            )
            .ShouldBe(isAction);
        line.Contains("action", StringComparison.Ordinal).ShouldBe(isAction);
        line.ShouldContain("\"topic\":\"schedule\"");
    }

    private static ExecCommand Action(string id, CommandSource source)
    {
        var command = JournalCommands.Exec(id, "service='nginx'; systemctl restart \"$service\"");
        return command with { Action = "restart", Origin = command.Origin with { Source = source } };
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
