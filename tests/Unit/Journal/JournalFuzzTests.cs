using System.Globalization;
using SshMqttBridge.Commands;
using SshMqttBridge.Journal;

namespace SshMqttBridge.Tests.Unit.Journal;

// Damage of any kind: the journal reports an error, and nothing worse happens.
public sealed class JournalFuzzTests : IDisposable
{
    private const int Seed = 36;
    private const int Rounds = 150;

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["journal.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Journal_GivenAFileWithAnyBytesChangedOrCutOff_ShouldAcceptNewCommandsOrReportTheCause()
    {
        var sound = SoundFile();
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var file in Directory.GetFiles(_folder.Path))
            {
                File.Delete(file);
            }

            File.WriteAllBytes(FilePath, Damage(sound, random));

            using var journal = new CommandJournal(FilePath);
            var because = string.Create(CultureInfo.InvariantCulture, $"seed {Seed}, round {round}");
            AllowingJournalException(() => journal.Recover(entry => Recovery.ResultOf(entry).ShouldNotBeNull(because)));
            AllowingJournalException(() => journal.FindResult("nas", "ended-3", Now.AddMinutes(-10)));
            AllowingJournalException(() =>
            {
                journal.Accept(Exec("new"));
                journal.Sent(Exec("new"));
                journal.Ended("nas", "new", Now, "{}"u8.ToArray());
                journal.FindResult("nas", "new", Now.AddMinutes(-10)).ShouldBe("{}"u8.ToArray(), because);
            });
        }
    }

    [Fact]
    public void ResultOf_GivenAnyBytesForAResult_ShouldStillReturnTheStatus()
    {
        var random = new Random(Seed);
        var sound = Result("1").ToJson();
        for (var round = 0; round < 5_000; round++)
        {
            var entry = new JournalEntry
            {
                ServerId = "nas",
                Id = "1",
                Operation = Operation.Exec,
                ReceivedAt = Now,
                WasSent = true,
                Result = Damage(sound, random),
            };

            Recovery.ResultOf(entry).Server.ShouldNotBeNull();
        }
    }

    /// <summary>A typical journal: some commands in each state, more than one page.</summary>
    private byte[] SoundFile()
    {
        using (var journal = new CommandJournal(FilePath))
        {
            for (var i = 0; i < 40; i++)
            {
                var (accepted, ended) = (Exec($"accepted-{i}"), Exec($"ended-{i}"));
                journal.Accept(accepted);
                journal.Accept(ended);
                journal.Sent(ended);
                journal.Ended("nas", ended.Id, Now, Result(ended.Id).ToJson());
            }
        }

        return File.ReadAllBytes(FilePath);
    }

    private static byte[] Damage(byte[] sound, Random random)
    {
        var damaged = (byte[])sound.Clone();
        for (var i = random.Next(1, 20); i > 0; i--)
        {
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
        }

        return random.Next(3) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
    }

    private static void AllowingJournalException(Action action)
    {
        try
        {
            action();
        }
        catch (JournalException)
        {
            // An exception that the bridge handles.
        }
    }

    private static ExecCommand Exec(string id) =>
        new("uptime", TimeSpan.FromSeconds(30), null)
        {
            Origin = new CommandOrigin("nas", "ssh/nas/exec/set", Now, 0),
            Id = id,
            HasOwnId = true,
        };

    private static CommandResult Result(string id) =>
        new()
        {
            Id = id,
            Server = "nas",
            Operation = Operation.Exec,
            Status = CommandStatus.Succeeded,
            Exit = 0,
            Out = new string('x', 500),
            ReceivedAt = Now,
        };
}
