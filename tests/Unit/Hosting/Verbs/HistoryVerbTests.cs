using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Hosting;
using SshMqttBridge.Hosting.Verbs;
using SshMqttBridge.Journal;
using SshMqttBridge.Tests.Unit.Journal;

namespace SshMqttBridge.Tests.Unit.Hosting.Verbs;

public sealed class HistoryVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_GivenNoJournal_ShouldReportIt()
    {
        Run().ShouldBe(ExitStatus.Failure);

        _errors.ToString().ShouldContain("does not exist");
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Run_GivenCommands_ShouldPrintALineEachTheNewestLast()
    {
        using (var journal = Journal())
        {
            End(journal, JournalCommands.Exec("1", "uptime"));
            End(journal, JournalCommands.Exec("2", "echo 'a\n\u001b[31mb'", "router"), CommandStatus.TimedOut);
            journal.Accept(JournalCommands.Exec("3", "sleep 5"));
            journal.Sent(JournalCommands.Exec("3", "sleep 5"));
            journal.Accept(JournalCommands.Exec("4", new string('x', 5000)));
        }

        Run().ShouldBe(ExitStatus.Success);

        var lines = Lines();
        lines.Length.ShouldBe(4);
        lines[0].ShouldMatch("^2026-11-22 [0-9:]{8}  nas     exec +succeeded +0 +12 ms  uptime$");
        lines[1].ShouldMatch("router  exec +timedOut +- +12 ms  echo 'a .*x1b\\[31mb'$");
        lines[2].ShouldMatch("nas     exec +running +- +-  sleep 5$");
        lines[3].ShouldMatch("nas     exec +waiting +- +-  x{79}…$");
        _errors.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Run_GivenAServerAndANumber_ShouldPrintItsLatest()
    {
        using (var journal = Journal())
        {
            for (var i = 0; i < 5; i++)
            {
                End(journal, JournalCommands.Exec($"n{i}", $"echo {i}"));
                End(journal, JournalCommands.Exec($"r{i}", $"echo {i}", "router"));
            }
        }

        Run("router", 2).ShouldBe(ExitStatus.Success);

        Lines().Select(line => line[^1]).ShouldBe(['3', '4']);
        Lines().ShouldAllBe(line => line.Contains("router", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_GivenABridgeThatRuns_ShouldPrintTheSame()
    {
        using var journal = Journal();
        End(journal, JournalCommands.Exec("1", "uptime"));

        Run().ShouldBe(ExitStatus.Success);

        Lines().ShouldHaveSingleItem().ShouldEndWith("uptime");
        End(journal, JournalCommands.Exec("2", "uptime"));
        journal.Fault.ShouldBeNull();
    }

    [Fact]
    public void Run_GivenAFileThatIsNotAJournal_ShouldReportIt()
    {
        _folder.Write("journal.db", new string('x', 5000));

        Run().ShouldBe(ExitStatus.Failure);

        _errors.ToString().ShouldContain("it is damaged");
        File.ReadAllText(_folder["journal.db"]).Length.ShouldBe(5000);
    }

    [Fact]
    public void Run_GivenAnEmptyJournal_ShouldReportItAndSucceed()
    {
        Journal().Dispose();

        Run().ShouldBe(ExitStatus.Success);

        _errors.ToString().ShouldContain("No command has run yet");
    }

    private CommandJournal Journal() => new(_folder["journal.db"]);

    private static void End(CommandJournal journal, Command command, CommandStatus status = CommandStatus.Succeeded)
    {
        journal.Accept(command);
        journal.Ended(
            command.Origin.ServerId,
            command.Id,
            JournalCommands.Noon,
            JournalCommands.Result(command, "", status).ToJson()
        );
    }

    private int Run(string? serverId = null, int count = HistoryVerb.DefaultCount) =>
        HistoryVerb.Run(
            new BridgeOptions
            {
                Mqtt = new MqttOptions(),
                BaseDirectory = _folder.Path,
                StateDirectory = _folder.Path,
                Servers = [],
            },
            serverId,
            count,
            _output,
            _errors
        );

    private string[] Lines() => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
