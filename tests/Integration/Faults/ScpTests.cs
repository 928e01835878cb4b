using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>Row 20: a server whose scp violates the protocol.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync of IAsyncLifetime.
public sealed class ScpTests(BridgeWorld world) : IClassFixture<BridgeWorld>, IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly TemporaryFolder _folder = new();
    private SshdServer _sshd = null!;
    private BridgeHost _bridge = null!;

    public async Task InitializeAsync()
    {
        _sshd = await SshdServer.StartNewAsync(MisbehavingScp.Install(_folder));
        _bridge = await world.StartAsync(world.Yaml().Server("nas", _sshd, "transferTimeout: 20"));
    }

    public async Task DisposeAsync()
    {
        await _bridge.DisposeAsync();
        await _sshd.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Row20_GivenAServerThatViolatesTheProtocol_ShouldRefuseItAndWriteNothingElsewhere()
    {
        (string Name, string Words)[] faults =
        [
            ("more-files", "more than one file"),
            ("folder", "a folder"),
            ("longer", "more than the 5 bytes"),
            ("shorter", "scp on the server"),
            ("negative", "did not answer in the SCP protocol"),
            ("enormous", "did not answer in the SCP protocol"),
            ("more-than-disks", ""),
            ("too-large", "did not answer in the SCP protocol"),
            ("signed", "did not answer in the SCP protocol"),
            ("no-octal", "did not answer in the SCP protocol"),
            ("no-mode", "did not answer in the SCP protocol"),
            ("five-digits", "did not answer in the SCP protocol"),
            ("empty-name", "did not answer in the SCP protocol"),
            ("only-end", "did not answer in the SCP protocol"),
            ("times-twice", "did not answer in the SCP protocol"),
            ("negative-times", "did not answer in the SCP protocol"),
            ("without-end", "scp on the server"),
            ("error-in-the-end", "Input/output error"),
            ("folder-up", "a folder"),
            ("next-file", "more than one file"),
            ("escapes", "\\x1b[2J"),
            ("endless-error", "line without end"),
            ("endless-stderr", "xxx"),
            ("half-an-error", "half an error"),
            ("junk", "Welcome to"),
            ("endless-line", "line without end"),
            ("nothing", "scp on the server"),
            ("fails", "it is on fire"),
            ("afterwards", "exited early with status 9"),
        ];
        await File.WriteAllTextAsync(_bridge.Folder["files/copy"], "old");
        await _bridge["nas"].IsAsync("connection", "online");
        var before = _bridge["nas"].History("connection").Count;

        foreach ((var name, var words) in faults)
        {
            var report = await _bridge["nas"].SendAsync("get/set", $"{name} copy");

            (report["get"], report.Status).ShouldBe(("error", "failed"), $"{name}: {report.Json}");
            report.Reason.ShouldBeOneOf("remote", "local");
            report.Message!.ShouldContain(words);
            report.Message!.ShouldNotContain(character => char.IsControl(character) || character == '\u202e');
            report.Message!.Length.ShouldBeLessThan(1_000);
            OnlyTheOldFileIsThere(name);
        }

        (await _bridge["nas"].ExecAsync("echo well"))["out"].ShouldBe("well");
        _bridge["nas"].History("connection").Count.ShouldBe(before, "the connection was lost on the way");
    }

    [Theory]
    [InlineData("other-name")]
    [InlineData("absolute-name")]
    [InlineData("dot")]
    [InlineData("dots")]
    [InlineData("control-name")]
    [InlineData("long-name")]
    [InlineData("setuid")]
    [InlineData("no-access")]
    public async Task Row20_GivenAServerThatChoosesNameAndMode_ShouldIgnoreThem(string name)
    {
        await File.WriteAllTextAsync(_bridge.Folder["ordinary"], "");

        var report = await _bridge["nas"].SendAsync("get/set", $"{name} copy");

        (report["get"], report.Status).ShouldBe(("5", "succeeded"), report.Json);
        (await File.ReadAllTextAsync(_bridge.Folder["files/copy"])).ShouldBe("12345");
        Directory.GetFileSystemEntries(_bridge.Folder["files"]).Length.ShouldBe(1);
        File.GetUnixFileMode(_bridge.Folder["files/copy"]).ShouldBe(File.GetUnixFileMode(_bridge.Folder["ordinary"]));
        File.Exists(_bridge.Folder["escaped"]).ShouldBeFalse();
        File.Exists("/tmp/escaped").ShouldBeFalse();
    }

    [Theory]
    [InlineData("refuses", "no more of you")]
    [InlineData("junk", "Welcome!")]
    [InlineData("leaves", "")]
    [InlineData("lies", "disk quota exceeded")]
    [InlineData("fatal", @"\x1b[2Jfatal")]
    [InlineData("closes", "")]
    [InlineData("closes-late", "")]
    [InlineData("too-many", "more after the end of the file")]
    [InlineData("letter", "did not answer in the SCP protocol: 'A'")]
    [InlineData("endless", "line without end")]
    public async Task Row20_GivenAServerThatRefusesTheFile_ShouldFailAndLeaveTheOldOne(string name, string words)
    {
        // The bridge chooses the name that scp sees; the folder's name is the client's.
        var folder = Directory.CreateDirectory(_folder["remote"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, name), "old");
        await File.WriteAllTextAsync(_bridge.Folder["files/source"], "12345");
        await File.WriteAllTextAsync(
            _folder["bin/scp"],
            (await File.ReadAllTextAsync(_folder["bin/scp"])).Replace(
                "case $1$2 in",
                $"case $1{name} in",
                StringComparison.Ordinal
            )
        );

        var report = await _bridge["nas"].SendAsync("put/set", $"source {Path.Combine(folder, name)}");

        (report["put"], report.Status, report.Reason).ShouldBe(("error", "failed", "remote"), report.Json);
        report.Message!.ShouldContain(words);
        Directory.GetFileSystemEntries(folder).ShouldBe([Path.Combine(folder, name)]);
        (await File.ReadAllTextAsync(Path.Combine(folder, name))).ShouldBe("old");
    }

    private void OnlyTheOldFileIsThere(string name)
    {
        var files = _bridge.Folder["files"];
        Directory.GetFileSystemEntries(files).ShouldBe([Path.Combine(files, "copy")], name);
        File.ReadAllText(Path.Combine(files, "copy")).ShouldBe("old", name);
    }
}
