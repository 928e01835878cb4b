using System.Diagnostics;
using System.Runtime.Versioning;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Transfers;

[UnsupportedOSPlatform("windows")]
public sealed class BaseDirectoryTests : IDisposable
{
    /// <summary>How long a race must be tried at least.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly Folders _folders = new();

    [Fact]
    public void Constructor_GivenAMissingFolder_ShouldCreateItForTheOwnerOnly() =>
        File.GetUnixFileMode(_folders.Local).ShouldBe(OwnerAll);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Members_GivenTheFolderWasRemovedOrReplaced_ShouldReportItAndWriteNothing(bool isReplaced)
    {
        Directory.Move(_folders.Local, _folders.Local + ".old");
        if (isReplaced)
        {
            Directory.CreateDirectory(_folders.Local);
        }

        foreach (var use in (Action[])[() => _folders.Base.OpenSource("a"), () => _folders.Base.CreateDestination("a", "a")])
        {
            var fault = Should.Throw<TransferException>(use);
            fault.Reason.ShouldBe(Reasons.Local);
            fault.Message.ShouldContain("removed or replaced");
        }

        Directory.EnumerateFileSystemEntries(_folders.Local + ".old").ShouldAllBe(path => !path.EndsWith("/a"));
    }

    [Theory]
    [InlineData("../outside/secret")]
    [InlineData("sub/../../outside/secret")]
    [InlineData("sub/..")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("//etc/passwd")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("sub/")]
    [InlineData("sub")]
    [InlineData("a\0b")]
    [InlineData("link-to-secret")]
    [InlineData("link-to-outside/secret")]
    [InlineData("link-to-sub/inner")]
    [InlineData("sub/inner/x")]
    [InlineData("fifo")]
    [InlineData("null")]
    public async Task OpenSource_GivenAPathThatIsNotAFileBelow_ShouldRefuseItAsPath(string path)
    {
        await PrepareAsync();

        var fault = Should.Throw<TransferException>(() => _folders.Base.OpenSource(path));

        fault.Reason.ShouldBe(Reasons.Path);
        fault.Message.ShouldNotContain('\0');
    }

    [Fact]
    public void OpenSource_GivenInvalidUnicode_ShouldRefuseItAsPath() =>
        Should.Throw<TransferException>(() => _folders.Base.OpenSource("a\ud800b")).Reason.ShouldBe(Reasons.Path);

    [Theory]
    [InlineData("../outside/new")]
    [InlineData("sub/../../outside/new")]
    [InlineData("/tmp/new")]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("link-to-secret")]
    [InlineData("dangling")]
    [InlineData("link-to-outside")]
    [InlineData("link-to-outside/")]
    [InlineData("link-to-outside/new")]
    [InlineData("fifo")]
    [InlineData("null")]
    [InlineData("sub/inner/x")]
    [InlineData("holder")] // has a folder of the source's name
    public async Task CreateDestination_GivenAForbiddenPath_ShouldRefuseItAsPathAndLeaveNothing(string path)
    {
        await PrepareAsync();
        var before = Directory.GetFileSystemEntries(Path.GetDirectoryName(_folders.Local)!, "*", SearchOption.AllDirectories);

        var fault = Should.Throw<TransferException>(() => _folders.Base.CreateDestination(path, "name"));

        fault.Reason.ShouldBe(Reasons.Path);
        Directory
            .GetFileSystemEntries(Path.GetDirectoryName(_folders.Local)!, "*", SearchOption.AllDirectories)
            .ShouldBe(before, ignoreOrder: true);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("missing/x")]
    public void OpenSource_GivenAMissingFile_ShouldFailAsLocalWithAMessage(string path)
    {
        var fault = Should.Throw<TransferException>(() => _folders.Base.OpenSource(path));

        fault.Reason.ShouldBe(Reasons.Local);
        fault.Message.ShouldBe($"'{path}': No such file or directory");
    }

    [Theory]
    [InlineData("missing/x")]
    [InlineData("missing/")]
    public void CreateDestination_GivenAMissingFolder_ShouldFailAsLocalWithAMessage(string path)
    {
        var fault = Should.Throw<TransferException>(() => _folders.Base.CreateDestination(path, "name"));

        fault.Reason.ShouldBe(Reasons.Local);
        fault.Message.ShouldContain("No such file or directory");
    }

    [Fact]
    public void CreateDestination_GivenANameThatIsTooLong_ShouldFailAsLocalWithAMessage()
    {
        using var destination = _folders.Base.CreateDestination(new string('x', 256), "name");

        Should.Throw<TransferException>(destination.Commit).Message.ShouldContain("File name too long");
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("./plain", "plain")]
    [InlineData("sub", "sub/name")]
    [InlineData("sub/", "sub/name")]
    [InlineData("sub/.", "sub/name")]
    [InlineData("sub//x", "sub/x")]
    [InlineData(".", "name")]
    [InlineData("./", "name")]
    [InlineData("back\\slash", "back\\slash")]
    [InlineData("~", "~")]
    [InlineData("...", "...")]
    [InlineData("-rf", "-rf")]
    [InlineData("two words\nand a line", "two words\nand a line")]
    [InlineData("naïve ☃ 名前", "naïve ☃ 名前")]
    public async Task CreateDestination_GivenAPath_ShouldPutTheFileThere(string path, string expected)
    {
        Directory.CreateDirectory(_folders.InLocal("sub"));

        using (var destination = _folders.Base.CreateDestination(path, "name"))
        {
            await destination.WriteAsync("content"u8.ToArray(), 0, CancellationToken.None);
            destination.Commit();
        }

        (await File.ReadAllTextAsync(_folders.InLocal(expected))).ShouldBe("content");
        Directory.EnumerateFiles(_folders.Local, "*", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Fact]
    public async Task CreateDestination_GivenTheLongestNames_ShouldFindATemporaryOneThatFits()
    {
        var name = string.Concat(Enumerable.Repeat("名", 85));

        using (var destination = _folders.Base.CreateDestination(name, "unused"))
        {
            destination.Commit();
        }

        Folders.NamesIn(_folders.Local).ShouldBe([name]);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Dispose_GivenNoCommit_ShouldLeaveTheOldFileAndNothingElse()
    {
        await File.WriteAllTextAsync(_folders.InLocal("a"), "old");

        using (var destination = _folders.Base.CreateDestination("a", "unused"))
        {
            await destination.WriteAsync("new"u8.ToArray(), 0, CancellationToken.None);
            Folders.NamesIn(_folders.Local).Where(name => !name.EndsWith(".part", StringComparison.Ordinal)).ShouldBe(["a"]);
        }

        Folders.NamesIn(_folders.Local).ShouldBe(["a"]);
        (await File.ReadAllTextAsync(_folders.InLocal("a"))).ShouldBe("old");
    }

    [Fact]
    public async Task CreateDestination_GivenAFileSystemWithUnnamedFiles_ShouldLinkTheFileOnlyWhenComplete()
    {
        using var folder = NativeMethods.Open(_folders.Local, OpenFlags.TrustedFolder, 0);
        using var probe = NativeMethods.OpenAt(folder, ".", OpenFlags.WriteUnnamed, 0x180);
        if (probe.IsInvalid)
        {
            return; // One of an older kernel's overlays, say.
        }

        using var destination = _folders.Base.CreateDestination("a", "unused");
        await destination.WriteAsync("new"u8.ToArray(), 0, CancellationToken.None);

        // A bridge that is killed now leaves nothing.
        Folders.NamesIn(_folders.Local).ShouldBeEmpty();
        destination.Commit();
        Folders.NamesIn(_folders.Local).ShouldBe(["a"]);
        (await File.ReadAllTextAsync(_folders.InLocal("a"))).ShouldBe("new");
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(OwnerAll | UnixFileMode.GroupRead | UnixFileMode.OtherExecute)]
    public async Task Commit_GivenAnExistingFile_ShouldKeepItsMode(UnixFileMode mode)
    {
        await File.WriteAllTextAsync(_folders.InLocal("a"), "old");
        File.SetUnixFileMode(_folders.InLocal("a"), mode);

        using (var destination = _folders.Base.CreateDestination("a", "unused"))
        {
            destination.Commit();
        }

        File.GetUnixFileMode(_folders.InLocal("a")).ShouldBe(mode);
    }

    [Fact]
    public async Task Commit_GivenANewFile_ShouldHaveTheModeTheUmaskLeaves()
    {
        await File.WriteAllTextAsync(_folders.InLocal("by-dotnet"), "");

        using (var destination = _folders.Base.CreateDestination("a", "unused"))
        {
            destination.Commit();
        }

        File.GetUnixFileMode(_folders.InLocal("a")).ShouldBe(File.GetUnixFileMode(_folders.InLocal("by-dotnet")));
    }

    [Fact]
    public async Task Commit_GivenANewPrivateFile_ShouldBeForItsOwnerOnly()
    {
        using (var destination = _folders.Base.CreateDestination("a", "unused", isPrivate: true))
        {
            destination.Commit();
        }

        File.GetUnixFileMode(_folders.InLocal("a")).ShouldBe(OwnerOnly.FileMode);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task TryCommitNew_GivenNoFileOfThatName_ShouldNameIt()
    {
        Directory.CreateDirectory(_folders.InLocal("sub"));
        using (var destination = _folders.Base.CreateDestination("sub", "name"))
        {
            (destination.Path, destination.Name, destination.PathIsFolder).ShouldBe(("sub/name", "name", true));
            await destination.WriteAsync("content"u8.ToArray(), 0, CancellationToken.None);
            destination.TryCommitNew().ShouldBeTrue();
        }

        (await File.ReadAllTextAsync(_folders.InLocal("sub/name"))).ShouldBe("content");
        Folders.NamesIn(_folders.InLocal("sub")).ShouldBe(["name"]);
    }

    [Fact]
    public async Task TryCommitNew_GivenAFileThatAppearedMeanwhile_ShouldKeepIt()
    {
        using (var destination = _folders.Base.CreateDestination("a", "unused"))
        {
            await destination.WriteAsync("new"u8.ToArray(), 0, CancellationToken.None);
            await File.WriteAllTextAsync(_folders.InLocal("a"), "of another");
            destination.TryCommitNew().ShouldBeFalse();
        }

        (await File.ReadAllTextAsync(_folders.InLocal("a"))).ShouldBe("of another");
        Folders.NamesIn(_folders.Local).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("missing", "missing")]
    [InlineData("sub", "sub/name")]
    [InlineData("sub/", "sub/name")]
    [InlineData("./", "./name")]
    public void FileIn_GivenAPath_ShouldBeWhereAFileIsCreated(string path, string expected)
    {
        Directory.CreateDirectory(_folders.InLocal("sub"));

        _folders.Base.FileIn(path, "name").ShouldBe(expected);

        using var destination = _folders.Base.CreateDestination(path, "name");
        destination.Path.ShouldBe(expected);
    }

    [Fact]
    public async Task List_GivenAFolder_ShouldReturnItsFilesAndFoldersByName()
    {
        await PrepareAsync();
        await File.WriteAllTextAsync(_folders.InLocal("b"), "12345");
        await File.WriteAllTextAsync(_folders.InLocal(".hidden"), "");
        await File.WriteAllTextAsync(_folders.InLocal(".b.0123456789abcdef.part"), "being written");
        await File.WriteAllTextAsync(_folders.InLocal("a.part"), "");
        var time = new DateTimeOffset(2024, 2, 29, 12, 0, 1, TimeSpan.Zero);
        File.SetLastWriteTimeUtc(_folders.InLocal("b"), time.UtcDateTime);

        var listing = _folders.Base.List(".", 100);

        listing.IsComplete.ShouldBeTrue();
        listing
            .Entries.Select(entry => (entry.Name, entry.IsFolder))
            .ShouldBe([(".hidden", false), ("a.part", false), ("b", false), ("holder", true), ("sub", true)]);
        listing.Entries.Single(entry => entry.Name == "b").ShouldBe(new FolderEntry("b", false, 5, time));
        _folders.Base.List("sub", 100).Entries.ShouldHaveSingleItem().Name.ShouldBe("inner");
        _folders.Base.List("./sub/", 100).Entries.ShouldHaveSingleItem().Name.ShouldBe("inner");
        _folders.Base.List("holder/name", 100).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task List_GivenMoreEntriesThanWanted_ShouldReturnTheFirst()
    {
        foreach (var name in (string[])["c", "a", "b"])
        {
            await File.WriteAllTextAsync(_folders.InLocal(name), "");
        }

        var listing = _folders.Base.List(".", 2);

        listing.Entries.Select(entry => entry.Name).ShouldBe(["a", "b"]);
        listing.IsComplete.ShouldBeFalse();
        _folders.Base.List(".", 3).IsComplete.ShouldBeTrue();
    }

    [Theory]
    [InlineData("..")]
    [InlineData("sub/../..")]
    [InlineData("/etc")]
    [InlineData("")]
    [InlineData("link-to-outside")]
    [InlineData("link-to-outside/")]
    [InlineData("link-to-sub")]
    [InlineData("sub/inner")]
    [InlineData("fifo")]
    [InlineData("null")]
    public async Task List_GivenAPathThatIsNotAFolderBelow_ShouldRefuseItAsPath(string path)
    {
        await PrepareAsync();

        Should.Throw<TransferException>(() => _folders.Base.List(path, 100)).Reason.ShouldBe(Reasons.Path);
    }

    [Fact]
    public void List_GivenAMissingFolder_ShouldFailAsLocalWithAMessage() =>
        Should.Throw<TransferException>(() => _folders.Base.List("missing", 100)).Message.ShouldContain("No such file");

    /// <summary>
    /// A folder and a link to one outside take turns under one name, as fast as they can, while files are read and written
    /// through it: only the one inside is ever opened.
    /// </summary>
    [Fact]
    public async Task BothWays_GivenALinkSwappedInTheWay_ShouldNeverLeave()
    {
        Directory.CreateDirectory(_folders.InLocal("real"));
        await File.WriteAllTextAsync(_folders.InLocal("real/file"), "inside");
        await File.WriteAllTextAsync(Path.Combine(_folders.Outside, "file"), "outside");
        await File.WriteAllTextAsync(Path.Combine(_folders.Outside, "secret"), "outside");
        File.CreateSymbolicLink(_folders.InLocal("link"), _folders.Outside);
        Directory.Move(_folders.InLocal("real"), _folders.InLocal("way"));
        using var done = new CancellationTokenSource();
        var swapper = OnItsOwnThread(() => SwapUntil(done.Token));
        var (opened, refused) = (0, 0);

        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience && (opened < 1000 || refused < 1000); )
        {
            try
            {
                using var source = _folders.Base.OpenSource("way/file");
                source.SizeBytes.ShouldBe("inside".Length);
                using var destination = _folders.Base.CreateDestination("way/new", "unused");
                destination.Commit();
                using var another = _folders.Base.CreateDestination("way/newer", "unused");
                another.TryCommitNew();
                _folders.Base.List("way", 10).Entries.Select(entry => entry.Name).ShouldNotContain("secret");
                opened++;
            }
            catch (TransferException)
            {
                refused++;
            }
        }

        await done.CancelAsync();
        await swapper;
        Folders.NamesIn(_folders.Outside).ShouldBe(["file", "secret"]);
        (opened > 0 && refused > 0).ShouldBeTrue($"the race must have been won and lost: {opened}, {refused}");
    }

    /// <summary>The same for the last part of the name: a file, a link to one outside, and a FIFO nobody writes to.</summary>
    [Fact]
    public async Task OpenSource_GivenTheFileItselfSwapped_ShouldNeverReadAnotherNorHang()
    {
        await File.WriteAllTextAsync(_folders.InLocal("real"), "inside");
        await File.WriteAllTextAsync(Path.Combine(_folders.Outside, "file"), "the outside");
        File.CreateSymbolicLink(_folders.InLocal("link"), Path.Combine(_folders.Outside, "file"));
        await RunAsync("mkfifo", _folders.InLocal("fifo"));
        using var done = new CancellationTokenSource();
        var swapper = OnItsOwnThread(() => RotateUntil(done.Token));
        var (opened, refused) = (0, 0);

        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Patience && (opened < 1000 || refused < 1000); )
        {
            try
            {
                using var source = _folders.Base.OpenSource("target");
                source.SizeBytes.ShouldBe("inside".Length);
                opened++;
            }
            catch (TransferException)
            {
                refused++;
            }
        }

        await done.CancelAsync();
        await swapper;
        (opened > 0 && refused > 0).ShouldBeTrue($"the race must have been won and lost: {opened}, {refused}");
    }

    public void Dispose() => _folders.Dispose();

    private async Task PrepareAsync()
    {
        Directory.CreateDirectory(_folders.InLocal("sub"));
        Directory.CreateDirectory(_folders.InLocal("holder/name"));
        await File.WriteAllTextAsync(_folders.InLocal("sub/inner"), "inner");
        await File.WriteAllTextAsync(Path.Combine(_folders.Outside, "secret"), "secret");
        File.CreateSymbolicLink(_folders.InLocal("link-to-secret"), Path.Combine(_folders.Outside, "secret"));
        File.CreateSymbolicLink(_folders.InLocal("link-to-outside"), _folders.Outside);
        File.CreateSymbolicLink(_folders.InLocal("link-to-sub"), "sub");
        File.CreateSymbolicLink(_folders.InLocal("dangling"), Path.Combine(_folders.Outside, "new"));
        await RunAsync("mkfifo", _folders.InLocal("fifo"));
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("mknod", _folders.InLocal("null"), "c", "1", "3");
        }
        else
        {
            await RunAsync("mkfifo", _folders.InLocal("null"));
        }
    }

    /// <summary>A thread pool that is busy with other tests would start it too late.</summary>
    private static Task OnItsOwnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void SwapUntil(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Directory.Move(_folders.InLocal("way"), _folders.InLocal("real"));
            Directory.Move(_folders.InLocal("link"), _folders.InLocal("way"));
            Thread.Yield();
            Directory.Move(_folders.InLocal("way"), _folders.InLocal("link"));
            Directory.Move(_folders.InLocal("real"), _folders.InLocal("way"));
            Thread.Yield();
        }
    }

    private void RotateUntil(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var name in (string[])["real", "link", "fifo"])
            {
                File.Move(_folders.InLocal(name), _folders.InLocal("target"));
                Thread.Yield();
                File.Move(_folders.InLocal("target"), _folders.InLocal(name));
            }
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }
}
