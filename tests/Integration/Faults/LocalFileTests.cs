using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Disks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>Rows 27 to 29 and 31 to 33: the bridge's own files, and those that change while they move.</summary>
public sealed class LocalFileTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task Row27_GivenANonRegularFile_ShouldRefuseItBothWaysAndNotHang()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var files = bridge.Folder["files"];
        await ChildProcess.RunAsync("mkfifo", Path.Combine(files, "fifo"));
        Directory.CreateDirectory(Path.Combine(files, "folder"));
        Directory.CreateDirectory(Path.Combine(files, "folder/name"));
        File.CreateSymbolicLink(Path.Combine(files, "device"), "/dev/zero");
        var remote = world.Sshd.Folder[$"copy-{Guid.NewGuid():N}"];
        var source = world.Sshd.Folder.Write("name", "12345");

        foreach (var name in (string[])["fifo", "device", "folder", "folder/", "."])
        {
            var put = await bridge["nas"].SendAsync("put/set", $"{name} {remote}");

            (put["put"], put.Status, put.Reason).ShouldBe(("error", "rejected", "path"), $"{name}: {put.Json}");
        }

        foreach (var name in (string[])["fifo", "device", "folder", "folder/name/../x"])
        {
            var get = await bridge["nas"].SendAsync("get/set", $"{source} {name}");

            (get["get"], get.Status, get.Reason).ShouldBe(("error", "rejected", "path"), $"{name}: {get.Json}");
        }

        File.Exists(remote).ShouldBeFalse();
        Directory.GetFileSystemEntries(files).Length.ShouldBe(3);
    }

    [RootFact]
    public async Task Row27_GivenADevice_ShouldRefuseIt()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await ChildProcess.RunAsync("mknod", bridge.Folder["files/zero"], "c", "1", "5");

        var put = await bridge["nas"].SendAsync("put/set", $"zero {world.Sshd.Folder["zero"]}");
        var get = await bridge["nas"].SendAsync("get/set", "/etc/hostname zero");

        (put.Status, put.Reason, get.Status, get.Reason).ShouldBe(("rejected", "path", "rejected", "path"), put.Json + get.Json);
        put.Message!.ShouldContain("device");
        File.Exists(world.Sshd.Folder["zero"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Row27_GivenALinkThatIsSwappedWhileItIsChecked_ShouldNeverReadOrWriteOutside()
    {
        const int Rounds = 50;
        // On a busy machine, the links may change only after many rounds.
        const int MostRounds = 100 * Rounds;
        await using var bridge = await world.StartAsync(world.Nas());
        var outside = Directory.CreateDirectory(bridge.Folder["outside"]).FullName;
        var inside = Directory.CreateDirectory(bridge.Folder["files/inside"]).FullName;
        var swapped = bridge.Folder["files/swapped"];
        await File.WriteAllTextAsync(Path.Combine(outside, "name"), "secret");
        await File.WriteAllTextAsync(Path.Combine(inside, "name"), "public");
        var source = world.Sshd.Folder.Write("name", "public");
        var remote = world.Sshd.Folder[$"copy-{Guid.NewGuid():N}"];
        using CancellationTokenSource enough = new();
        var swapping = Task.Run(() => Swap(swapped, inside, outside, enough.Token));

        HashSet<string> endings = [];
        for (var round = 0; round < Rounds || (round < MostRounds && !endings.Contains("rejected path")); round++)
        {
            var put = await bridge["nas"].SendAsync("put/set", $"swapped/name {remote}");
            var get = await bridge["nas"].SendAsync("get/set", $"{source} swapped/name");
            endings.UnionWith([$"{put.Status} {put.Reason}", $"{get.Status} {get.Reason}"]);
            if (File.Exists(remote))
            {
                (await File.ReadAllTextAsync(remote)).ShouldBe("public");
            }
        }

        await enough.CancelAsync();
        await swapping;
        (await File.ReadAllTextAsync(Path.Combine(outside, "name"))).ShouldBe("secret");
        Directory.GetFileSystemEntries(outside).Length.ShouldBe(1);
        endings.ShouldContain("rejected path");
        endings.ShouldBeSubsetOf(["succeeded ", "rejected path", "failed local"]);
    }

    [TmpfsFact]
    public async Task Row28_GivenAFullOrReadOnlyDisk_ShouldReportItAndKeepTheOldFile()
    {
        var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        var files = bridge.Folder["files"];
        await ChildProcess.RunAsync("mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", files);
        try
        {
            await bridge.StartAsync();
            await File.WriteAllTextAsync(Path.Combine(files, "copy"), "old");
            var source = world.Sshd.Folder["large"];
            await File.WriteAllBytesAsync(source, new byte[20_000_000]);

            var full = await bridge["nas"].SendAsync("get/set", $"{source} copy");
            Directory.GetFileSystemEntries(files).ShouldBe([Path.Combine(files, "copy")]);
            await ChildProcess.RunAsync("mount", "-o", "remount,ro", files);
            var readOnly = await bridge["nas"].SendAsync("get/set", "/etc/hostname copy");
            var next = await bridge["nas"].ExecAsync("echo next");

            (full["get"], full.Status, full.Reason).ShouldBe(("error", "failed", "local"), full.Json);
            full.Message!.ShouldContain("space");
            (readOnly["get"], readOnly.Status, readOnly.Reason).ShouldBe(("error", "failed", "local"), readOnly.Json);
            readOnly.Message!.ShouldContain("Read-only");
            (await File.ReadAllTextAsync(Path.Combine(files, "copy"))).ShouldBe("old");
            next["out"].ShouldBe("next");
        }
        finally
        {
            await bridge.KillAsync();
            await ChildProcess.RunAsync("umount", files);
            await bridge.DisposeAsync();
        }
    }

    [TmpfsFact]
    public async Task Row28_GivenAFullDiskOnTheServer_ShouldReportItAndKeepTheOldFileThere()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        await File.WriteAllBytesAsync(bridge.Folder["files/large"], new byte[20_000_000]);
        var remote = Directory.CreateDirectory(world.Sshd.Folder["disk"]).FullName;
        await ChildProcess.RunAsync("mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", remote);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(remote, "copy"), "old");

            var full = await bridge["nas"].SendAsync("put/set", $"large {remote}/copy");

            (full["put"], full.Status, full.Reason).ShouldBe(("error", "failed", "remote"), full.Json);
            full.Message!.ShouldContain("space");
            Directory.GetFileSystemEntries(remote).ShouldBe([Path.Combine(remote, "copy")]);
            (await File.ReadAllTextAsync(Path.Combine(remote, "copy"))).ShouldBe("old");
        }
        finally
        {
            await ChildProcess.RunAsync("umount", remote);
        }
    }

    [RootFact]
    public async Task Row28_GivenAFolderWithoutPermission_ShouldReportIt()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        Directory.CreateDirectory(bridge.Folder["files/locked"]);
        File.SetUnixFileMode(bridge.Folder["files/locked"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        // Root without the capability to bypass permissions, like any other user.
        bridge.Wrapper =
        [
            "setpriv",
            "--bounding-set",
            "-dac_override,-dac_read_search",
            "--inh-caps",
            "-dac_override,-dac_read_search",
        ];
        await bridge.StartAsync();

        var report = await bridge["nas"].SendAsync("get/set", "/etc/hostname locked/copy");

        (report["get"], report.Status, report.Reason).ShouldBe(("error", "failed", "local"), report.Json);
        report.Message!.ShouldContain("Permission denied");
        Directory.GetFileSystemEntries(bridge.Folder["files/locked"]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-1_999_999_999)]
    [InlineData(1)]
    public async Task Row29_GivenAFileThatChangesItsSizeDuringPut_ShouldFailAndLeaveTheOldFile(long change)
    {
        // Large enough to be still under way when a busy machine has seen it begin.
        const long Size = 2_000_000_000;
        await using var bridge = await world.StartAsync(world.Nas());
        var remote = Directory.CreateDirectory(world.Sshd.Folder[$"remote-{Guid.NewGuid():N}"]).FullName;
        var copy = Path.Combine(remote, "copy");
        await File.WriteAllTextAsync(copy, "old");
        await using (var file = File.Create(bridge.Folder["files/source"]))
        {
            file.SetLength(Size);
        }

        await bridge["nas"].PublishAsync("put/set", $$"""{"source":"source","destination":"{{copy}}","id":"changed"}""");
        await Eventually.TrueAsync(
            () => Directory.GetFiles(remote).Any(path => path != copy && new FileInfo(path).Length > 0),
            "the file does not begin to come"
        );
        world.Sshd.Pause();
        await using (var file = File.OpenWrite(bridge.Folder["files/source"]))
        {
            file.SetLength(Size + change);
        }

        world.Sshd.Resume();
        var report = await bridge["nas"].EndAsync("changed");

        (report["put"], report.Status, report.Reason).ShouldBe(("error", "failed", "local"), report.Json);
        await Eventually.TrueAsync(() => Directory.GetFiles(remote).Length == 1, "a temporary file stays on the server");
        (await File.ReadAllTextAsync(copy)).ShouldBe("old");
    }

    [Fact]
    public async Task Row29_GivenAFileThatShrinksOnTheServerDuringGet_ShouldFailAndLeaveTheOldFile()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var files = bridge.Folder["files"];
        await File.WriteAllTextAsync(Path.Combine(files, "copy"), "old");
        var source = world.Sshd.Folder["shrinking"];
        await using (var file = File.Create(source))
        {
            file.SetLength(2_000_000_000);
        }

        await bridge["nas"].PublishAsync("get/set", $$"""{"source":"{{source}}","destination":"copy","id":"shrinking"}""");
        await Eventually.TrueAsync(() => OpenFiles.HasContent(bridge.Process.Id, files), "the file does not begin to come");
        world.Sshd.Pause();
        await File.WriteAllTextAsync(source, "short");
        world.Sshd.Resume();
        var report = await bridge["nas"].EndAsync("shrinking");

        (report["get"], report.Status, report.Reason).ShouldBe(("error", "failed", "remote"), report.Json);
        Directory.GetFileSystemEntries(files).ShouldBe([Path.Combine(files, "copy")]);
        (await File.ReadAllTextAsync(Path.Combine(files, "copy"))).ShouldBe("old");
    }

    [Fact]
    public async Task Row32_GivenAFileOfFiveGigabytes_ShouldBeExactBothWaysInLittleMemory()
    {
        const long Small = 100_000_001;
        const long Large = 5_000_000_001;
        await using var bridge = await world.StartWithSmallHeapAsync(world.Nas());

        await ShouldCopyBothWaysAsync(bridge, Small);
        var before = ProcessMemory.PeakBytes(bridge.Process.Id);
        await ShouldCopyBothWaysAsync(bridge, Large);
        var growth = ProcessMemory.PeakBytes(bridge.Process.Id) - before;

        // More than the heap's limit and all of the program's file together; a bridge that kept the content would need twenty
        // times that.
        growth.ShouldBeLessThan((Large - Small) / 20);
    }

    [Fact]
    public async Task Row33_GivenAPutThatStalls_ShouldStopAfterTheTransferTimeout()
    {
        await using var bridge = await world.StartAsync(world.Nas("transferTimeout: 2", "keepAlive: 60"));
        var remote = Directory.CreateDirectory(world.Sshd.Folder[$"remote-{Guid.NewGuid():N}"]).FullName;
        await using (var file = File.Create(bridge.Folder["files/source"]))
        {
            file.SetLength(20L << 30); // Takes no room, unless all of it is sent.
        }

        await bridge["nas"].PublishAsync("put/set", $$"""{"source":"source","destination":"{{remote}}/copy","id":"still"}""");
        await Eventually.TrueAsync(() => Directory.GetFiles(remote).Length > 0, "the file does not begin to come");
        world.Sshd.Pause();
        var report = await bridge["nas"].EndAsync("still");
        world.Sshd.Resume();

        (report["put"], report.Status, report.Reason).ShouldBe(("error", "failed", "stalled"), report.Json);
        await Eventually.TrueAsync(() => Directory.GetFiles(remote).Length == 0, "a temporary file stays on the server");
    }

    /// <summary>Gets a sparse file with some marks, puts it back and checks the marks.</summary>
    private async Task ShouldCopyBothWaysAsync(BridgeHost bridge, long size)
    {
        long[] marks = [.. new[] { 0, 1L << 31, (1L << 32) - 3, size - 7 }.Where(mark => mark <= size - 7)];
        var source = world.Sshd.Folder["source"];
        var back = world.Sshd.Folder["back"];
        await using (var file = File.Create(source))
        {
            file.SetLength(size);
            foreach (var mark in marks)
            {
                file.Position = mark;
                file.Write("marked!"u8);
            }
        }

        try
        {
            var get = await SendAsync(
                bridge,
                "get/set",
                $$"""{"source":"{{source}}","destination":"copy","id":"get{{size}}"}""",
                $"get{size}"
            );
            File.Delete(source);
            var put = await SendAsync(
                bridge,
                "put/set",
                $$"""{"source":"copy","destination":"{{back}}","id":"put{{size}}"}""",
                $"put{size}"
            );

            (get["get"], put["put"], put.Bytes).ShouldBe(($"{size}", $"{size}", size), get.Json + put.Json);
            new FileInfo(back).Length.ShouldBe(size);
            await using var copy = File.OpenRead(back);
            var read = new byte[7];
            foreach (var mark in marks)
            {
                copy.Position = mark;
                await copy.ReadExactlyAsync(read);
                read.ShouldBe("marked!"u8.ToArray());
            }
        }
        finally
        {
            File.Delete(source);
            File.Delete(back);
        }
    }

    /// <summary>Waits as long as five gigabytes may take on a busy machine.</summary>
    private static async Task<CommandReport> SendAsync(BridgeHost bridge, string topic, string payload, string id)
    {
        await bridge["nas"].PublishAsync(topic, payload);
        for (var i = 0; ; i++)
        {
            try
            {
                return await bridge["nas"].EndAsync(id);
            }
            catch (TimeoutException) when (i < 8)
            {
                // Not yet.
            }
        }
    }

    private static void Swap(string path, string inside, string outside, CancellationToken enough)
    {
        // A folder, then a link to one outside, then the folder again, swapped as fast as possible.
        while (!enough.IsCancellationRequested)
        {
            Directory.Move(inside, path);
            Directory.Move(path, inside);
            File.CreateSymbolicLink(path, outside);
            File.Delete(path);
        }
    }
}
