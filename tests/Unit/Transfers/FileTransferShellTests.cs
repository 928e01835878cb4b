using System.Runtime.Versioning;
using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Transfers;

/// <summary>Transfers with the real scp and the real sh of this machine, only without a server in between.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileTransferShellTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Folders _folders = new();

    public static TheoryData<int> Sizes { get; } = new(0, 1, 65_536, 262_144, 1_000_003);

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task PutAsync_GivenASize_ShouldCopyEveryByteWithMode0600(int size)
    {
        var content = Folders.Write(_folders.InLocal("a.bin"), size);

        var bytes = await PutAsync("a.bin", "b.bin");

        bytes.ShouldBe(size);
        File.ReadAllBytes(_folders.InHome("b.bin")).ShouldBe(content);
        File.GetUnixFileMode(_folders.InHome("b.bin")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Folders.NamesIn(_folders.Home).ShouldBe(["b.bin"]);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task GetAsync_GivenASize_ShouldCopyEveryByte(int size)
    {
        var content = Folders.Write(_folders.InHome("a.bin"), size);

        var bytes = await GetAsync("a.bin", "b.bin");

        bytes.ShouldBe(size);
        File.ReadAllBytes(_folders.InLocal("b.bin")).ShouldBe(content);
        Folders.NamesIn(_folders.Local).ShouldBe(["b.bin"]);
    }

    [Fact]
    public async Task PutAsync_GivenAFileWithAnotherMode_ShouldReplaceItWithMode0600()
    {
        var content = Folders.Write(_folders.InLocal("a"), 10);
        await File.WriteAllTextAsync(_folders.InHome("a"), "the old content");
        File.SetUnixFileMode(_folders.InHome("a"), (UnixFileMode)0b110_100_100);

        await PutAsync("a", "a");

        (await File.ReadAllBytesAsync(_folders.InHome("a"))).ShouldBe(content);
        File.GetUnixFileMode(_folders.InHome("a")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("sub", "sub/a")]
    [InlineData("sub/", "sub/a")]
    [InlineData("~/sub/", "sub/a")]
    [InlineData("~/x", "x")]
    [InlineData("~", "a")]
    [InlineData(".", "a")]
    [InlineData("sub/b", "sub/b")]
    [InlineData("-rf", "-rf")]
    [InlineData("two words", "two words")]
    [InlineData("it's \"$HOME\" `id` $(id) \\ * ?;&|<>", "it's \"$HOME\" `id` $(id) \\ * ?;&|<>")]
    [InlineData("line\nend", "line\nend")]
    [InlineData("naïve ☃ 名前", "naïve ☃ 名前")]
    [InlineData("-dashes/", "-dashes/a")]
    public async Task PutAsync_GivenADestination_ShouldPutItThereAndNothingElsewhere(string destination, string expected)
    {
        Directory.CreateDirectory(_folders.InHome("sub"));
        Directory.CreateDirectory(_folders.InHome("-dashes"));
        var content = Folders.Write(_folders.InLocal("a"), 10);

        await PutAsync("a", destination);

        (await File.ReadAllBytesAsync(_folders.InHome(expected))).ShouldBe(content);
        Directory.EnumerateFiles(_folders.Home, "*", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("it's \"$HOME\" `id` $(id) \\ * ?;&|<>")]
    [InlineData("line\nend")]
    [InlineData("naïve ☃ 名前")]
    [InlineData("-rf")]
    [InlineData("~/two words")]
    public async Task GetAsync_GivenAnyName_ShouldReadThatFile(string name)
    {
        var content = Folders.Write(_folders.InHome(name.Replace("~/", "", StringComparison.Ordinal)), 10);

        (await GetAsync(name, "x")).ShouldBe(10);

        (await File.ReadAllBytesAsync(_folders.InLocal("x"))).ShouldBe(content);
    }

    [Theory]
    [InlineData("missing/b", "no such folder")]
    [InlineData("missing/", "no such folder")]
    [InlineData("full", "is a folder")]
    [InlineData("fifo", "not a regular file")]
    public async Task PutAsync_GivenADestinationThatCannotBe_ShouldFailAsRemoteAndLeaveNothing(string destination, string words)
    {
        Folders.Write(_folders.InLocal("a"), 10);
        Directory.CreateDirectory(_folders.InHome("full/a"));
        await RunAsync($"mkfifo '{_folders.InHome("fifo")}'");

        var message = await ShouldFailAsync(Reasons.Remote, () => PutAsync("a", destination));

        message.ShouldContain(words);
        Directory.EnumerateFiles(_folders.Home, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("missing", "No such file")]
    [InlineData("folder", "not a regular file")]
    public async Task GetAsync_GivenASourceThatCannotBe_ShouldFailAsRemoteAndLeaveNothing(string source, string words)
    {
        Directory.CreateDirectory(_folders.InHome("folder"));

        var message = await ShouldFailAsync(Reasons.Remote, () => GetAsync(source, "x"));

        message.ShouldContain(words);
        Folders.NamesIn(_folders.Local).ShouldBeEmpty();
    }

    [Fact]
    public async Task BothWays_GivenNoScpOnTheServer_ShouldReportIt()
    {
        Folders.Write(_folders.InLocal("a"), 1_000_000);
        var bin = Directory.CreateDirectory(_folders.InHome("bin")).FullName;
        foreach (var program in (string[])["sh", "ls", "rm"])
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), "/bin/" + program);
        }
        var shell = new LocalShell(_folders.Home) { SearchPath = bin };

        foreach (var transfer in BothWays(shell))
        {
            (await ShouldFailAsync(Reasons.Remote, transfer)).ShouldStartWith("scp not found on the server: ");
        }
    }

    [Fact]
    public async Task BothWays_GivenAShellThatPrintsText_ShouldReportItWithTheText()
    {
        Folders.Write(_folders.InLocal("a"), 10);
        Folders.Write(_folders.InHome("a"), 10);
        var shell = new LocalShell(_folders.Home) { Profile = "echo 'Can I help you?'; " };

        foreach (var transfer in BothWays(shell))
        {
            (await ShouldFailAsync(Reasons.Remote, transfer)).ShouldContain("Can I help you?");
        }

        Folders.NamesIn(_folders.Home).ShouldBe(["a"]);
        Folders.NamesIn(_folders.Local).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PutAsync_GivenASourceThatChanges_ShouldFailAsLocalAndLeaveTheOldFile(bool grows)
    {
        var path = _folders.InLocal("a");
        Folders.Write(path, 3_000_000);
        await File.WriteAllTextAsync(_folders.InHome("b"), "old");
        var shell = new LocalShell(_folders.Home)
        {
            OnInput = data =>
            {
                using var file = File.OpenWrite(path);
                file.SetLength(grows ? 4_000_000 : 1000);
            },
        };

        var message = await ShouldFailAsync(Reasons.Local, () => PutAsync("a", "b", shell));

        message.ShouldBe("'a' changed during the transfer");
        (await File.ReadAllTextAsync(_folders.InHome("b"))).ShouldBe("old");
        Folders.NamesIn(_folders.Home).ShouldBe(["b"]);
    }

    [Theory]
    [InlineData(4_000_000)]
    [InlineData(1000)]
    public async Task GetAsync_GivenASourceThatChanges_ShouldFailAsRemoteAndLeaveTheOldFile(int newSize)
    {
        Folders.Write(_folders.InHome("a"), 3_000_000);
        await File.WriteAllTextAsync(_folders.InLocal("b"), "old");
        var shell = new LocalShell(_folders.Home)
        {
            OnOutput = data =>
            {
                using var file = File.OpenWrite(_folders.InHome("a"));
                file.SetLength(newSize);
            },
        };

        var message = await ShouldFailAsync(Reasons.Remote, () => GetAsync("a", "b", shell));

        message.ShouldBe("the file changed during the transfer");
        (await File.ReadAllTextAsync(_folders.InLocal("b"))).ShouldBe("old");
        Folders.NamesIn(_folders.Local).ShouldBe(["b"]);
    }

    [Fact]
    public async Task PutAsync_GivenCancellation_ShouldLeaveNothingOnTheServer()
    {
        Folders.Write(_folders.InLocal("a"), 3_000_000);
        using var source = new CancellationTokenSource();
        var sent = 0L;
        var shell = new LocalShell(_folders.Home)
        {
            OnInput = data =>
            {
                sent += data.Length;
                if (sent > 1_000_000)
                {
                    source.Cancel();
                }
            },
        };

        await Should.ThrowAsync<OperationCanceledException>(() => PutAsync("a", "b", shell, source.Token));

        Folders.NamesIn(_folders.Home).ShouldBeEmpty();
    }

    public void Dispose() => _folders.Dispose();

    private FileTransfer Transfer() => new(_folders.Base, TimeProvider.System);

    private Task<long> PutAsync(
        string source,
        string destination,
        ISshSession? session = null,
        CancellationToken token = default
    ) => Transfer().PutAsync(Channel(session), source, destination, Limit, () => { }, token);

    private Task<long> GetAsync(string source, string destination, ISshSession? session = null) =>
        Transfer().GetAsync(Channel(session), source, destination, Limit, () => { }, CancellationToken.None);

    private IEnumerable<Func<Task<long>>> BothWays(ISshSession session) =>
        [() => PutAsync("a", "b", session), () => GetAsync("a", "b", session)];

    private ChannelSource Channel(ISshSession? session) =>
        OpenChannel.On(session ?? new LocalShell(_folders.Home), TimeProvider.System);

    /// <returns>The message.</returns>
    private static async Task<string> ShouldFailAsync(string reason, Func<Task<long>> transfer)
    {
        var fault = await Should.ThrowAsync<TransferException>(transfer);
        fault.Reason.ShouldBe(reason, fault.Message);
        return fault.Message;
    }

    private static async Task RunAsync(string command)
    {
        using var process = System.Diagnostics.Process.Start("/bin/sh", ["-c", command]);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }
}
