using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Unit.Journal;

namespace SshMqttBridge.Tests.Unit.Audit;

public sealed class AuditLogTests : IDisposable
{
    private static readonly SessionIdentity Who = new("admin", "SHA256:abc");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<StorageNotice> _notices = [];

    private string File => _folder["audit.log"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_GivenAnUploadToTheConsole_ShouldBeOneLineWithWhoAndWhat()
    {
        using (var log = Open())
        {
            log.Write(new ConsoleAuditEntry("upload", "192.0.2.1") { File = "a/b", Bytes = 5 });
            log.Write(new ConsoleAuditEntry("trust", "192.0.2.1") { Server = "nas", HostKey = "SHA256:x" });
        }

        var lines = Lines();
        lines[0].ShouldEndWith(""","source":"web-console","address":"192.0.2.1","operation":"upload","file":"a/b","bytes":5}""");
        lines[1]
            .ShouldEndWith(
                ""","source":"web-console","address":"192.0.2.1","operation":"trust","server":"nas","hostKey":"SHA256:x"}"""
            );
    }

    [Fact]
    public void Write_GivenAResult_ShouldBeOneLineWithEverything()
    {
        var command = JournalCommands.Exec("7f3", "echo \"a\nb\"; tput \u001b[0m \u009b\u2028");
        using (var log = Open())
        {
            log.Write(AuditEntry.Of(JournalCommands.Result(command, "out"), "ssh/nas/exec/set", Who));
        }

        var line = Lines().ShouldHaveSingleItem();
        line.ShouldNotContain('\u001b');
        line.ShouldNotContain('\u009b');
        line.ShouldNotContain('\u2028');
        using var json = JsonDocument.Parse(line);
        json.RootElement.EnumerateObject()
            .Select(property => property.Name)
            .ShouldBe([
                "time",
                "server",
                "user",
                "hostKey",
                "topic",
                "id",
                "operation",
                "command",
                "status",
                "reason",
                "exit",
                "outBytes",
                "errBytes",
                "bytes",
                "durationMs",
            ]);
        Text(line, "server").ShouldBe("nas");
        Text(line, "user").ShouldBe("admin");
        Text(line, "hostKey").ShouldBe("SHA256:abc");
        Text(line, "topic").ShouldBe("ssh/nas/exec/set");
        Text(line, "id").ShouldBe("7f3");
        Text(line, "operation").ShouldBe("exec");
        Text(line, "command").ShouldBe(command.CommandLine);
        Text(line, "status").ShouldBe("succeeded");
        json.RootElement.GetProperty("exit").GetInt64().ShouldBe(0);
        json.RootElement.GetProperty("outBytes").GetInt64().ShouldBe(3);
        json.RootElement.GetProperty("bytes").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("Hash", "sha256:0961ad5a6370c9a5578986d3c7617ee234d4165260ad00a025a61c7db36ba020")]
    [InlineData("None", null)]
    public void Write_GivenCommandsNotToBeShown_ShouldNotShowThem(string mode, string? shown)
    {
        using (var log = Open(commands: Enum.Parse<AuditedCommands>(mode)))
        {
            log.Write(AuditEntry.Of(JournalCommands.Result(JournalCommands.Exec("1", "true x")), null, Who));
        }

        var line = Lines().ShouldHaveSingleItem();
        line.ShouldNotContain("true x");
        Text(line, "command").ShouldBe(shown ?? null);
    }

    [Fact]
    public void Write_GivenAnUnknownServer_ShouldWriteItsIdAndTheRejection()
    {
        using (var log = Open())
        {
            log.Write(AuditEntry.OfUnknown("nobody", "ssh/nobody/exec/set", Operation.Exec, null));
        }

        var line = Lines().ShouldHaveSingleItem();
        Text(line, "server").ShouldBe("nobody");
        Text(line, "user").ShouldBeNull();
        Text(line, "status").ShouldBe("rejected");
        Text(line, "reason").ShouldBe("invalid");
    }

    [Fact]
    public void Write_GivenAHugeCommand_ShouldKeepItsBeginningAndItsHash()
    {
        using (var log = Open())
        {
            log.Write(AuditEntry.Of(JournalCommands.Result(JournalCommands.Exec("1", new string('x', 1 << 20))), null, Who));
        }

        Text(Lines().ShouldHaveSingleItem(), "command").ShouldNotBeNull().ShouldMatch("^x{16384}… sha256:[0-9a-f]{64}$");
    }

    [Fact]
    public void Write_GivenAFullFile_ShouldPutItAsideAndKeepSoMany()
    {
        using (var log = Open(maximumBytes: 1000, files: 2))
        {
            for (var i = 0; i < 20; i++)
            {
                log.Write(Entry($"{i}"));
            }
        }

        Directory
            .GetFiles(_folder.Path)
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal)
            .ShouldBe(["audit.log", "audit.log.1", "audit.log.2"]);
        var ids = ((string[])[File + ".2", File + ".1", File])
            .SelectMany(System.IO.File.ReadAllLines)
            .Select(line => Text(line, "id"))
            .ToList();
        ids.ShouldBe(Enumerable.Range(20 - ids.Count, ids.Count).Select(i => $"{i}"));
        foreach (var file in Directory.GetFiles(_folder.Path))
        {
            new FileInfo(file).Length.ShouldBeLessThanOrEqualTo(1000);
            System.IO.File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void Write_GivenAnExistingFile_ShouldAppend()
    {
        _folder.Write("audit.log", "before\n");
        using (var log = Open())
        {
            log.Write(Entry("1"));
        }

        Lines()[0].ShouldBe("before");
        Lines().Length.ShouldBe(2);
    }

    [Fact]
    public void Write_GivenAFileMovedAwayByAnother_ShouldBeginANewOne()
    {
        using var log = Open();
        log.Write(Entry("1"));
        System.IO.File.Move(File, File + ".old");
        _time.Advance(TimeSpan.FromSeconds(2));

        log.Write(Entry("2"));

        Text(Lines().ShouldHaveSingleItem(), "id").ShouldBe("2");
    }

    [Fact]
    public void Write_GivenAFileTruncatedByAnotherProgram_ShouldAppendAtItsEnd()
    {
        using var log = Open();
        log.Write(Entry("1"));
        using (var file = new FileStream(File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(0);
        }

        log.Write(Entry("2"));

        Text(Lines().ShouldHaveSingleItem(), "id").ShouldBe("2");
    }

    [Fact]
    public void Write_GivenAFileThatCannotBeWritten_ShouldReportItOnceAndRecordTheGap()
    {
        Directory.CreateDirectory(File);
        using (var log = Open())
        {
            log.Write(Entry("1"));
            log.Write(Entry("2"));
            Directory.Delete(File);
            log.Write(Entry("3"));
            _notices.Count.ShouldBe(1);
            _time.Advance(TimeSpan.FromSeconds(10));
            log.Write(Entry("4"));
        }

        _notices.Select(notice => notice.IsGood).ShouldBe([false, true]);
        _notices[0].Message.ShouldContain(File);
        _notices[1].Message.ShouldContain("2 entries");
        Lines().Length.ShouldBe(3);
        using var gap = JsonDocument.Parse(Lines()[0]);
        gap.RootElement.GetProperty("missing").GetInt64().ShouldBe(2);
        Text(Lines()[1], "id").ShouldBe("3");
    }

    [Fact]
    public void Write_GivenAFullDisk_ShouldNotThrow()
    {
        using var log = new AuditLog(new AuditOptions { File = "/dev/full" }, _time, _notices.Add);

        log.Write(Entry("1"));
        log.Write(Entry("2"));

        _notices.ShouldHaveSingleItem().IsGood.ShouldBeFalse();
    }

    [Fact]
    public void Write_GivenManyThreads_ShouldKeepLinesWhole()
    {
        using (var log = Open(maximumBytes: 20_000, files: 100))
        {
            Parallel.For(0, 1000, i => log.Write(Entry($"{i}")));
        }

        Directory
            .GetFiles(_folder.Path)
            .SelectMany(System.IO.File.ReadAllLines)
            .Select(line => Text(line, "id"))
            .ToHashSet()
            .Count.ShouldBe(1000);
    }

    private AuditLog Open(AuditedCommands commands = AuditedCommands.Text, int maximumBytes = 10 << 20, int files = 5) =>
        new(
            new AuditOptions
            {
                File = File,
                Commands = commands,
                MaxBytes = maximumBytes,
                Files = files,
            },
            _time,
            _notices.Add
        );

    private static AuditEntry Entry(string id) =>
        AuditEntry.Of(JournalCommands.Result(JournalCommands.Exec(id)), "ssh/nas/exec/set", Who);

    private string[] Lines() => System.IO.File.ReadAllLines(File);

    private static string? Text(string line, string property)
    {
        using var json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty(property).GetString();
    }
}
