using System.Runtime.Versioning;
using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Transfers;

/// <summary>Transfers with the real scp and the real sh of this machine, only without a server in between.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileTransferShellTests : IDisposable
{
    private readonly Folders _folders = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(262_144)]
    [InlineData(1_000_003)]
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
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(262_144)]
    [InlineData(1_000_003)]
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

        var fault = await Should.ThrowAsync<TransferException>(() => PutAsync("a", destination));

        fault.Reason.ShouldBe(Reasons.Remote);
        fault.Message.ShouldContain(words);
        Directory.EnumerateFiles(_folders.Home, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("missing", "No such file")]
    [InlineData("folder", "not a regular file")]
    public async Task GetAsync_GivenASourceThatCannotBe_ShouldFailAsRemoteAndLeaveNothing(string source, string words)
    {
        Directory.CreateDirectory(_folders.InHome("folder"));

        var fault = await Should.ThrowAsync<TransferException>(() => GetAsync(source, "x"));

        fault.Reason.ShouldBe(Reasons.Remote);
        fault.Message.ShouldContain(words);
        Folders.NamesIn(_folders.Local).ShouldBeEmpty();
    }

    [Fact]
    public async Task BothWays_GivenNoScpOnTheServer_ShouldReportIt()
    {
        Folders.Write(_folders.InLocal("a"), 1_000_000);
        var shell = new LocalShell(_folders.Home)
        {
            SearchPath = "/nowhere",
            Profile = "PATH=/nowhere; alias exec=; ls() { :; }; rm() { :; }; ",
        };
        var bin = Directory.CreateDirectory(_folders.InHome("bin")).FullName;
        foreach (var program in (string[])["sh", "ls", "rm"])
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), "/bin/" + program);
        }
        shell = new LocalShell(_folders.Home) { SearchPath = bin };

        var put = await Should.ThrowAsync<TransferException>(() => PutAsync("a", "b", shell));
        var get = await Should.ThrowAsync<TransferException>(() => GetAsync("a", "b", shell));

        put.Reason.ShouldBe(Reasons.Remote);
        put.Message.ShouldStartWith("scp not found on the server: ");
        get.Reason.ShouldBe(Reasons.Remote);
        get.Message.ShouldStartWith("scp not found on the server: ");
    }

    [Fact]
    public async Task BothWays_GivenAShellThatPrintsText_ShouldReportItWithTheText()
    {
        Folders.Write(_folders.InLocal("a"), 10);
        Folders.Write(_folders.InHome("a"), 10);
        var shell = new LocalShell(_folders.Home) { Profile = "echo 'Can I help you?'; " };

        var put = await Should.ThrowAsync<TransferException>(() => PutAsync("a", "b", shell));
        var get = await Should.ThrowAsync<TransferException>(() => GetAsync("a", "b", shell));

        put.Message.ShouldContain("Can I help you?");
        get.Message.ShouldContain("Can I help you?");
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

        var fault = await Should.ThrowAsync<TransferException>(() => PutAsync("a", "b", shell));

        fault.Reason.ShouldBe(Reasons.Local);
        fault.Message.ShouldBe("'a' changed during the transfer");
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

        var fault = await Should.ThrowAsync<TransferException>(() => GetAsync("a", "b", shell));

        fault.Reason.ShouldBe(Reasons.Remote);
        fault.Message.ShouldBe("the file changed during the transfer");
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

        await Should.ThrowAsync<OperationCanceledException>(() =>
            Transfer().PutAsync(OpenChannel.On(shell), "a", "b", TimeSpan.FromSeconds(30), () => { }, source.Token)
        );

        Folders.NamesIn(_folders.Home).ShouldBeEmpty();
    }

    public void Dispose() => _folders.Dispose();

    private FileTransfer Transfer() => new(_folders.Base, TimeProvider.System);

    private Task<long> PutAsync(string source, string destination, ISshSession? session = null) =>
        Transfer()
            .PutAsync(
                OpenChannel.On(session ?? new LocalShell(_folders.Home)),
                source,
                destination,
                TimeSpan.FromSeconds(30),
                () => { },
                CancellationToken.None
            );

    private Task<long> GetAsync(string source, string destination, ISshSession? session = null) =>
        Transfer()
            .GetAsync(
                OpenChannel.On(session ?? new LocalShell(_folders.Home)),
                source,
                destination,
                TimeSpan.FromSeconds(30),
                () => { },
                CancellationToken.None
            );

    private static async Task RunAsync(string command)
    {
        using var process = System.Diagnostics.Process.Start("/bin/sh", ["-c", command]);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }
}
