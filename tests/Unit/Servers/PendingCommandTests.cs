using SshMqttBridge.Journal;
using SshMqttBridge.Servers;
using SshMqttBridge.Tests.Unit.Journal;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class PendingCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CommandJournal _journal;
    private readonly PendingCommand _pending = new(JournalCommands.Exec("1"));
    private string? _obstacle;

    public PendingCommandTests() => _journal = new CommandJournal(_folder["journal.db"], obstacle: () => _obstacle);

    public void Dispose()
    {
        _pending.Dispose();
        _journal.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Record_GivenTwoCalls_ShouldWriteOneRow()
    {
        _pending.Record(_journal);
        _pending.Record(_journal);

        _journal.Unacknowledged().ShouldHaveSingleItem().WasSent.ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RecordSent_GivenACommandThatMayBeRecorded_ShouldLeaveOneRowMarkedSent(bool isRecorded)
    {
        if (isRecorded)
        {
            _pending.Record(_journal);
        }

        _pending.RecordSent(_journal);
        _pending.Record(_journal);

        _journal.Unacknowledged().ShouldHaveSingleItem().WasSent.ShouldBeTrue();
    }

    [Fact]
    public void Record_GivenAJournalThatFailedWhenItWasTheLastTime_ShouldNotWriteItLater()
    {
        _obstacle = "no";
        using var closed = new CommandJournal(_folder["other.db"], obstacle: () => _obstacle);
        Should.Throw<JournalException>(() => _pending.Record(closed, isLast: true));

        _pending.Record(_journal);

        _journal.Unacknowledged().ShouldBeEmpty();
    }
}
