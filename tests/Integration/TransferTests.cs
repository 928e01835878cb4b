using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.SshNet;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Disks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Integration;

/// <summary>Files to and from a real sshd with its real scp.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync of IAsyncLifetime
public sealed class TransferTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _local = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(2));
    private SshdServer _server = null!;
    private BaseDirectory _files = null!;
    private string _remote = null!;

    public async Task InitializeAsync()
    {
        _server = await SshdServer.StartNewAsync("RekeyLimit 4M\n");
        _files = new BaseDirectory(_local.Path);
        _remote = Directory.CreateDirectory(_server.Folder["remote files"]).FullName;
    }

    public async Task DisposeAsync()
    {
        _files.Dispose();
        await _server.DisposeAsync();
        _local.Dispose();
        _patience.Dispose();
    }

    /// <summary>The server asks for new keys after each MiB.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(100_000_000)]
    public async Task BothWays_GivenASizeAndRekeying_ShouldCopyEveryByte(int size)
    {
        var content = Write(_local["a"], size);
        await using var session = await ConnectAsync();

        var put = await PutAsync(session, "a", $"{_remote}/b");
        var got = await GetAsync(session, $"{_remote}/b", "c");

        (put, got).ShouldBe((size, size));
        (await File.ReadAllBytesAsync(_local["c"])).AsSpan().SequenceEqual(content).ShouldBeTrue();
        Names(_remote).ShouldBe(["b"]);
        Names(_local.Path).ShouldBe(["a", "c"]);
        if (size > 10_000_000)
        {
            _server.CountInLog("rekeying").ShouldBeGreaterThan(10);
        }
    }

    [Theory]
    [InlineData("it's \"$HOME\" `id` $(id) \\ *;&|<>")]
    [InlineData("line\nend")]
    [InlineData("naïve ☃ 名前")]
    [InlineData("-rf")]
    public async Task BothWays_GivenAName_ShouldUseThatFileOnly(string name)
    {
        var content = Write(_local[name], 10);
        await using var session = await ConnectAsync();

        await PutAsync(session, name, _remote);
        await GetAsync(session, $"{_remote}/{name}", "copy");

        (await File.ReadAllBytesAsync(_local["copy"])).ShouldBe(content);
        Names(_remote).ShouldBe([name]);
    }

    [Fact]
    public async Task PutAsync_GivenAnOpenFile_ShouldReplaceItWithMode0600()
    {
        var content = Write(_local["a"], 10);
        var old = _server.Folder.Write("remote files/a", "the old content");
        await ChildProcess.RunAsync("chmod", "0644", old);
        await using var session = await ConnectAsync();

        await PutAsync(session, "a", _remote + "/");

        (await File.ReadAllBytesAsync(old)).ShouldBe(content);
        (await ChildProcess.RunAsync("stat", "-c", "%a", old)).ShouldBe("600");
    }

    [Fact]
    public async Task PutAsync_GivenCancellationHalfWay_ShouldLeaveNothingAndKeepTheConnection()
    {
        await using var large = File.Create(_local["a"]);
        large.SetLength(10L << 30);
        await using var session = await ConnectAsync();
        using CancellationTokenSource cancellation = new();

        var put = Transfer()
            .PutAsync(
                OpenChannel.On(session, TimeProvider.System),
                "a",
                $"{_remote}/b",
                StallTimeout,
                () => { },
                cancellation.Token
            );
        await Eventually.TrueAsync(() => Names(_remote).Length == 1, "the transfer does not begin");
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => put);
        Names(_remote).ShouldBeEmpty();
        await session.PingAsync(_patience.Token);
    }

    [Fact]
    public async Task PutAsync_GivenALostConnection_ShouldLeaveNothing()
    {
        await using var large = File.Create(_local["a"]);
        large.SetLength(10L << 30);
        await using var session = await ConnectAsync();

        var put = PutAsync(session, "a", $"{_remote}/b");
        await Eventually.TrueAsync(() => Names(_remote).Length == 1, "the transfer does not begin");
        await session.DisposeAsync();

        await Should.ThrowAsync<SshConnectionException>(() => put);
        await Eventually.TrueAsync(() => Names(_remote).Length == 0, "the temporary file stays");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BothWays_GivenAServerThatStopsInTheMiddle_ShouldEndAsStalled(bool put)
    {
        var large = put ? _local["a"] : Path.Combine(_remote, "a");
        await using (var file = File.Create(large))
        {
            file.SetLength(10L << 30);
        }
        var growing = put ? _remote : _local.Path;
        var before = Names(growing).Length;
        var short_ = TimeSpan.FromSeconds(1);
        await using var session = await ConnectAsync();

        var transfer = put
            ? Transfer()
                .PutAsync(OpenChannel.On(session, TimeProvider.System), "a", $"{_remote}/b", short_, () => { }, _patience.Token)
            : Transfer()
                .GetAsync(OpenChannel.On(session, TimeProvider.System), $"{_remote}/a", "b", short_, () => { }, _patience.Token);
        await Eventually.TrueAsync(
            () => put ? Names(growing).Length > before : OpenFiles.HasContent(Environment.ProcessId, growing),
            "the transfer does not begin"
        );
        _server.Pause();

        var fault = await Should.ThrowAsync<TransferException>(() => transfer);
        _server.Resume();
        fault.Reason.ShouldBe(Reasons.Stalled);
        await Eventually.TrueAsync(() => Names(growing).Length == before, "the temporary file stays");
    }

    [TmpfsFact]
    public async Task GetAsync_GivenAFullDisk_ShouldFailAsLocalAndKeepTheOldFile()
    {
        Write(Path.Combine(_remote, "a"), 3_000_000);
        var disk = Directory.CreateDirectory(_local["disk"]).FullName;
        await ChildProcess.RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
        try
        {
            await File.WriteAllTextAsync(_local["disk/a"], "old");
            await using var session = await ConnectAsync();

            var fault = await Should.ThrowAsync<TransferException>(() => GetAsync(session, $"{_remote}/a", "disk"));

            fault.Reason.ShouldBe(Reasons.Local);
            fault.Message.ShouldContain("No space left on device");
            Names(disk).ShouldBe(["a"]);
            (await File.ReadAllTextAsync(_local["disk/a"])).ShouldBe("old");
        }
        finally
        {
            await ChildProcess.RunAsync("umount", disk);
        }
    }

    [TmpfsFact]
    public async Task PutAsync_GivenAFullDisk_ShouldFailAsRemoteAndKeepTheOldFile()
    {
        Write(_local["a"], 3_000_000);
        await ChildProcess.RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", _remote);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(_remote, "a"), "old");
            await using var session = await ConnectAsync();

            var fault = await Should.ThrowAsync<TransferException>(() => PutAsync(session, "a", _remote));

            fault.Reason.ShouldBe(Reasons.Remote);
            fault.Message.ShouldContain("No space left on device");
            Names(_remote).ShouldBe(["a"]);
            (await File.ReadAllTextAsync(Path.Combine(_remote, "a"))).ShouldBe("old");
        }
        finally
        {
            await ChildProcess.RunAsync("umount", _remote);
        }
    }

    private Task<ISshSession> ConnectAsync() =>
        new SshNetTransport(TimeProvider.System).ConnectAsync(
            new SshConnectRequest
            {
                Host = "127.0.0.1",
                Port = _server.Port,
                Credentials = new SshCredentials
                {
                    User = SshdServer.User,
                    PrivateKey = new SshPrivateKey(_server.Key, Passphrase: null, CertificateFile: null),
                },
                RefuseHostKey = _ => null,
            },
            _patience.Token
        );

    private FileTransfer Transfer() => new(_files, TimeProvider.System);

    private Task<long> PutAsync(ISshSession session, string source, string destination) =>
        Transfer()
            .PutAsync(
                OpenChannel.On(session, TimeProvider.System),
                source,
                destination,
                StallTimeout,
                () => { },
                _patience.Token
            );

    private Task<long> GetAsync(ISshSession session, string source, string destination) =>
        Transfer()
            .GetAsync(
                OpenChannel.On(session, TimeProvider.System),
                source,
                destination,
                StallTimeout,
                () => { },
                _patience.Token
            );

    private static byte[] Write(string path, int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        File.WriteAllBytes(path, content);
        return content;
    }

    private static string[] Names(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal)];
}
