using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Journal;

namespace SshMqttBridge.Tests.Unit.Journal;

/// <summary>Row 36 of the faults: the journal torn, corrupt, unwritable, too large.</summary>
public sealed class JournalFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<StorageNotice> _notices = [];

    private string File => _folder["journal.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_GivenAFileThatIsNotADatabase_ShouldSetItAsideAndCreateANewOne()
    {
        _folder.Write("journal.db", new string('x', 10_000));

        using var journal = Open();

        Aside().Length.ShouldBe(10_000);
        _notices.ShouldHaveSingleItem().IsGood.ShouldBeFalse();
        _notices[0].Message.ShouldContain("was damaged");
        _notices[0].Message.ShouldContain("0 commands");
        Accepts(journal).ShouldBeTrue();
    }

    [Fact]
    public void Open_GivenAnotherProgramsDatabase_ShouldSetItAside()
    {
        Execute("CREATE TABLE command (whatever TEXT)");

        using var journal = Open();

        Aside().ShouldNotBeNull();
        Accepts(journal).ShouldBeTrue();
    }

    [Fact]
    public void Open_GivenATornFile_ShouldKeepTheReadableRows()
    {
        Fill(200, i => new string('o', 2000));
        using (var file = new FileStream(File, FileMode.Open))
        {
            file.SetLength(file.Length / 2 / 4096 * 4096);
        }

        using var journal = Open();

        Aside().ShouldNotBeNull();
        journal.FindResult("nas", "0", DateTimeOffset.MinValue).ShouldNotBeNull();
        journal.FindResult("nas", "199", DateTimeOffset.MinValue).ShouldBeNull();
        Accepts(journal).ShouldBeTrue();
    }

    [Fact]
    public void Open_GivenADamagedPage_ShouldKeepTheRowsBeforeAndAfterIt()
    {
        Fill(200, i => new string('o', 2000));
        Damage();

        using var journal = Open();

        Aside().ShouldNotBeNull();
        journal.FindResult("nas", "0", DateTimeOffset.MinValue).ShouldNotBeNull();
        journal.FindResult("nas", "199", DateTimeOffset.MinValue).ShouldNotBeNull();
    }

    [Fact]
    public void Open_GivenADamagedPageAndUnfinishedCommands_ShouldStillRecoverThem()
    {
        Fill(200, i => new string('o', 2000));
        using (var before = Open())
        {
            before.Accept(JournalCommands.Exec("left"));
            before.Sent(JournalCommands.Exec("left"));
        }

        Damage();
        var recovered = new List<JournalEntry>();

        using var journal = Open();
        journal.Recover(recovered.Add);

        recovered.ShouldHaveSingleItem().Id.ShouldBe("left");
        recovered[0].WasSent.ShouldBeTrue();
    }

    [Fact]
    public void Use_GivenAPageDamagedWhileOpen_ShouldRefuseOneAndCreateANewOne()
    {
        using var journal = Open();
        journal.Accept(JournalCommands.Exec("under way"));
        journal.Sent(JournalCommands.Exec("under way"));
        Checkpoint();
        using (var file = new FileStream(File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Write(new byte[4096]);
        }

        using (var wal = new FileStream(File + "-wal", FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            wal.SetLength(0);
        }

        Should.Throw<JournalException>(() => journal.Accept(JournalCommands.Exec("a")));

        Aside().ShouldNotBeNull();
        Accepts(journal).ShouldBeTrue();
        journal.Ended("nas", "under way", JournalCommands.Noon, "{}"u8.ToArray());
    }

    [Fact]
    public void Open_GivenAFileThatCannotBeOpened_ShouldRefuseUntilItCan()
    {
        Directory.CreateDirectory(File);
        using var journal = Open();

        Should.Throw<JournalException>(() => journal.Accept(JournalCommands.Exec("a"))).Message.ShouldContain("cannot be opened");
        journal.Fault.ShouldNotBeNull();
        Directory.Delete(File);
        _time.Advance(TimeSpan.FromSeconds(2));

        Accepts(journal).ShouldBeTrue();
        journal.Fault.ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(12));
        _notices.Select(notice => notice.IsGood).ShouldBe([false, true]);
    }

    [Fact]
    public void Open_GivenAnObstacle_ShouldNotTouchTheFileUntilItIsCleared()
    {
        var obstacle = "Another bridge is here.";
        using var journal = new CommandJournal(File, _time, _notices.Add, () => obstacle);

        System.IO.File.Exists(File).ShouldBeFalse();
        Should.Throw<JournalException>(() => journal.Accept(JournalCommands.Exec("a"))).Message.ShouldBe(obstacle);
        obstacle = null;
        _time.Advance(TimeSpan.FromSeconds(2));

        Accepts(journal).ShouldBeTrue();
    }

    [Fact]
    public void Recover_GivenAJournalThatOpensLater_ShouldRecoverItsCommandsThen()
    {
        using (var before = Open())
        {
            before.Accept(JournalCommands.Exec("left"));
        }

        var isBlocked = true;
        var recovered = new List<JournalEntry>();
        using var journal = new CommandJournal(File, _time, _notices.Add, () => isBlocked ? "Not yet." : null);
        journal.Recover(recovered.Add);

        recovered.ShouldBeEmpty();
        isBlocked = false;
        _time.Advance(TimeSpan.FromSeconds(2));

        recovered.ShouldHaveSingleItem().Id.ShouldBe("left");
        journal.Recover(_ => Assert.Fail("It was handed over already."));
    }

    [Fact]
    public void Ended_GivenAFullDisk_ShouldBeWrittenWhenThereIsRoom()
    {
        using var journal = Open();
        var command = JournalCommands.Exec("a");
        journal.Accept(command);
        journal.Sent(command);
        using (Hold())
        {
            // While another process holds it, it cannot be written: as with a full disk, unfinished commands stay unfinished.
            Should
                .Throw<JournalException>(() => journal.Accept(JournalCommands.Exec("b")))
                .Message.ShouldContain("another program");
            journal.Ended("nas", "a", JournalCommands.Noon, JournalCommands.Result(command).ToJson());
            journal.Acknowledged("nas", "a");
        }

        _time.Advance(TimeSpan.FromSeconds(2));

        journal.Unacknowledged().ShouldBeEmpty();
        journal.FindResult("nas", "a", JournalCommands.Noon.AddMinutes(-1)).ShouldNotBeNull();
        _time.Advance(TimeSpan.FromSeconds(12));
        _notices.Select(notice => notice.IsGood).ShouldBe([false, true]);
    }

    [Fact]
    public void Accept_GivenAFullDiskThatTakesSomeWrites_ShouldReportTheTroubleOnce()
    {
        using var journal = Open();
        for (var i = 0; i < 5; i++)
        {
            using (Hold())
            {
                Accepts(journal).ShouldBeFalse();
                // Reading works all the time, and some writes do.
                journal.FindResult("nas", "a", DateTimeOffset.MinValue).ShouldBeNull();
                Accepts(journal).ShouldBeFalse();
            }

            _time.Advance(TimeSpan.FromSeconds(2));
            Accepts(journal).ShouldBeTrue();
        }

        _notices.ShouldHaveSingleItem().IsGood.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(12));
        _notices.Select(notice => notice.IsGood).ShouldBe([false, true]);
    }

    [Fact]
    public void Accept_GivenARemovedFile_ShouldRefuseUntilItIsBack()
    {
        using var journal = Open();
        journal.Accept(JournalCommands.Exec("before"));
        Directory.CreateDirectory(_folder["away"]);
        foreach (var name in (string[])["journal.db", "journal.db-wal", "journal.db-shm"])
        {
            System.IO.File.Move(_folder[name], _folder[$"away/{name}"]);
        }

        Should.Throw<JournalException>(() => journal.Accept(JournalCommands.Exec("a"))).Message.ShouldContain("was removed");
        _time.Advance(TimeSpan.FromSeconds(4));
        Accepts(journal).ShouldBeFalse();
        System.IO.File.Exists(File).ShouldBeFalse();
        foreach (var file in Directory.GetFiles(_folder["away"]))
        {
            System.IO.File.Move(file, _folder[Path.GetFileName(file)]);
        }

        _time.Advance(TimeSpan.FromSeconds(2));

        Accepts(journal).ShouldBeTrue();
        journal.Unacknowledged().Select(entry => entry.Id).ShouldBe(["before", "probe"]);
    }

    [Fact]
    public void Dispose_GivenAJournalThatIsBackSinceAMoment_ShouldRecordWhatEndedMeanwhile()
    {
        using (var journal = Open())
        {
            journal.Accept(JournalCommands.Exec("a"));
            System.IO.File.Move(File, _folder["away.db"]);
            Should.Throw<JournalException>(() => journal.Accept(JournalCommands.Exec("b")));
            journal.Ended("nas", "a", journal.Now, "{}"u8.ToArray());
            journal.Acknowledged("nas", "a");
            System.IO.File.Move(_folder["away.db"], File);
        }

        using var next = Open();

        next.Unacknowledged().ShouldBeEmpty();
    }

    [Fact]
    public void Now_GivenAWallClockThatIsSet_ShouldNotNotice()
    {
        WatchedTimeProvider time = new();
        using CommandJournal journal = new(File, time);
        var before = journal.Now;

        time.AdjustWallClock(TimeSpan.FromDays(1));
        time.Advance(TimeSpan.FromMinutes(1));

        (journal.Now - before).ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Open_GivenADiskThatDamagesEveryJournal_ShouldNotFillItWithThem()
    {
        using var journal = Open();
        for (var i = 0; i < 5; i++)
        {
            System.IO.File.WriteAllText(File, "nonsense");
            System.IO.File.Delete(File + "-wal");
            System.IO.File.Delete(File + "-shm");
            _ = Accepts(journal);
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Directory.GetFiles(_folder.Path, "journal.db.damaged-*Z").Length.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void Ended_GivenMoreResultsThanAreKept_ShouldStripTheOldestAndKeepTheirEnds()
    {
        var big = new string('o', 4 << 20);
        var early = JournalCommands.Noon;
        using var journal = Open();
        for (var i = 0; i < 40; i++)
        {
            var at = early.AddMinutes(i);
            var command = JournalCommands.Exec($"{i}", at: at);
            journal.Accept(command);
            journal.Ended("nas", $"{i}", at, JournalCommands.Result(command, big).ToJson());
            journal.Acknowledged("nas", $"{i}");
        }

        var results = Enumerable
            .Range(0, 40)
            .Select(i => CommandResult.FromJson(journal.FindResult("nas", $"{i}", DateTimeOffset.MinValue)))
            .ToList();
        var kept = results.SkipWhile(result => result.Out.Length == 0).ToList();
        kept.ShouldAllBe(result => result.Out.Length == big.Length);
        // 64 MiB, the results of the last ten minutes, and those since the last trimming.
        kept.Count.ShouldBeInRange(10, 16 + 11 + 4);
        results[0].Truncated.ShouldBeTrue();
        results[0].OutBytes.ShouldBe(big.Length);
        results[0].Exit.ShouldBe(0);
    }

    [Fact]
    public void Ended_GivenOldResults_ShouldGiveTheirSpaceBack()
    {
        using (var journal = Open())
        {
            for (var i = 0; i < 300; i++)
            {
                var at = JournalCommands.Noon.AddMinutes(i < 30 ? 0 : 20);
                var command = JournalCommands.Exec($"{i}", at: at);
                journal.Accept(command);
                var result = JournalCommands.Result(command, new string('o', i < 30 ? 4 << 20 : 10));
                journal.Ended("nas", $"{i}", at, result.ToJson());
                journal.Acknowledged("nas", $"{i}");
            }
        }

        new FileInfo(File).Length.ShouldBeInRange(CommandJournal.HistoryBytes / 2, CommandJournal.HistoryBytes * 5 / 4);
    }

    [Fact]
    public void Ended_GivenManyCommands_ShouldKeepAThousandAndTheLastTenMinutes()
    {
        using var journal = Open();
        for (var i = 0; i < 2048; i++)
        {
            var at = JournalCommands.Noon.AddMinutes(i);
            var command = JournalCommands.Exec($"{i}", at: at);
            journal.Accept(command);
            journal.Ended("nas", $"{i}", at, JournalCommands.Result(command).ToJson());
            journal.Acknowledged("nas", $"{i}");
        }

        JournalReader.Latest(File, null, 5000).Count.ShouldBeInRange(1000, 1256);
    }

    [Fact]
    public void Open_GivenANewFile_ShouldCreateItForTheOwnerOnly()
    {
        using var journal = Open();

        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            System.IO.File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
    }

    private CommandJournal Open() => new(File, _time, _notices.Add);

    private static bool Accepts(CommandJournal journal)
    {
        try
        {
            journal.Accept(JournalCommands.Exec("probe"));
            return true;
        }
        catch (JournalException)
        {
            return false;
        }
    }

    private FileInfo Aside() => new(Directory.GetFiles(_folder.Path, "journal.db.damaged-*Z").ShouldHaveSingleItem());

    private void Fill(int count, Func<int, string> output)
    {
        using var journal = Open();
        for (var i = 0; i < count; i++)
        {
            var command = JournalCommands.Exec($"{i}");
            journal.Accept(command);
            journal.Ended("nas", $"{i}", JournalCommands.Noon, JournalCommands.Result(command, output(i)).ToJson());
            journal.Acknowledged("nas", $"{i}");
        }
    }

    /// <summary>Overwrites pages in the middle of the file.</summary>
    private void Damage()
    {
        using var file = new FileStream(File, FileMode.Open, FileAccess.Write);
        file.Position = file.Length / 2 / 4096 * 4096;
        file.Write(Enumerable.Repeat((byte)0xAA, 4 * 4096).ToArray());
    }

    private void Checkpoint() => Execute("PRAGMA wal_checkpoint(TRUNCATE)");

    private SqliteTransaction Hold()
    {
        var connection = JournalDatabase.Connect(File, SqliteOpenMode.ReadWrite);
        connection.Open();
        return connection.BeginTransaction(deferred: false);
    }

    private void Execute(string sql)
    {
        using var connection = JournalDatabase.Connect(File, SqliteOpenMode.ReadWriteCreate);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
