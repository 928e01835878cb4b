using System.Security.Cryptography;
using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

[Collection(SharedBridgeTests.Name)]
public sealed class TransferTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForAll = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly SharedBridge _shared;
    private readonly TemporaryFolder _remote = new();

    public TransferTests(SharedBridge shared)
    {
        _shared = shared;
        // The folder itself stays: the bridge holds on to it.
        foreach (var entry in new DirectoryInfo(Local("")).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }

    private BridgeClient Nas => _shared.Bridge["nas"];

    public void Dispose() => _remote.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(20_000_000)]
    public async Task Get_GivenAFile_ShouldCopyItAndPublishItsSize(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        await File.WriteAllBytesAsync(_remote["source"], content);

        var report = await Nas.SendAsync("get/set", $"{_remote["source"]} copy");

        report["get"].ShouldBe($"{size}");
        report.Order.Where(topic => topic is not ("queue" or "progress")).ShouldBe(["get", "last", "result"]);
        (report.Operation, report.Status, report.Bytes, report.Exit).ShouldBe(("get", "succeeded", size, null));
        (await File.ReadAllBytesAsync(Local("copy"))).AsSpan().SequenceEqual(content).ShouldBeTrue();
        FilesIn(Local("")).ShouldBe(["copy"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20_000_000)]
    public async Task Put_GivenAFile_ShouldCopyItAndPublishItsSize(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        await File.WriteAllBytesAsync(Local("source"), content);

        var report = await Nas.SendAsync("put/set", $"source {_remote["copy"]}");

        report["put"].ShouldBe($"{size}");
        report.Order.Where(topic => topic is not ("queue" or "progress")).ShouldBe(["put", "last", "result"]);
        (report.Operation, report.Status, report.Bytes).ShouldBe(("put", "succeeded", size));
        (await File.ReadAllBytesAsync(_remote["copy"])).AsSpan().SequenceEqual(content).ShouldBeTrue();
        File.GetUnixFileMode(_remote["copy"]).ShouldBe(OwnerOnly);
        FilesIn(_remote.Path).ShouldBe(["copy"]);
    }

    [Fact]
    public async Task Put_GivenAnExistingFileWithAnotherMode_ShouldReplaceItAndSetTheMode()
    {
        await File.WriteAllTextAsync(Local("source"), "new");
        await File.WriteAllTextAsync(_remote["copy"], "old and longer");
        File.SetUnixFileMode(_remote["copy"], ForAll);

        await Nas.SendAsync("put/set", $"source {_remote["copy"]}");

        (await File.ReadAllTextAsync(_remote["copy"])).ShouldBe("new");
        File.GetUnixFileMode(_remote["copy"]).ShouldBe(OwnerOnly);
    }

    [Fact]
    public async Task Transfer_GivenQuotedNames_ShouldAcceptSpacesAndQuotes()
    {
        await File.WriteAllTextAsync(_remote["my \"own\" file"], "content");

        var get = await Nas.SendAsync("get/set", $"\"{_remote["my \"\"own\"\" file"]}\"   \"a b.txt\"");
        var put = await Nas.SendAsync("put/set", $"\"a b.txt\" \"{_remote["c d"]}\"");

        (get["get"], put["put"]).ShouldBe(("7", "7"));
        (await File.ReadAllTextAsync(Local("a b.txt"))).ShouldBe("content");
        (await File.ReadAllTextAsync(_remote["c d"])).ShouldBe("content");
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("$(touch x) `touch y` $HOME")]
    [InlineData("a;b|c&d<e>f")]
    [InlineData("*?[a]")]
    [InlineData("back\\slash")]
    [InlineData("é☃🦀")]
    [InlineData("new\nline")]
    [InlineData("-r")]
    public async Task Transfer_GivenStrangeNamesInJson_ShouldCopyExactlyThatFile(string name)
    {
        await File.WriteAllTextAsync(_remote[name], "content");

        var get = await SendJsonAsync("get", _remote[name], "copy");
        var put = await SendJsonAsync("put", "copy", _remote["2" + name]);

        (get.Status, put.Status).ShouldBe(("succeeded", "succeeded"), $"{get.Json} {put.Json}");
        (await File.ReadAllTextAsync(Local("copy"))).ShouldBe("content");
        (await File.ReadAllTextAsync(_remote["2" + name])).ShouldBe("content");
        FilesIn(_remote.Path).ShouldBe([name, "2" + name], ignoreOrder: true);
    }

    [Theory]
    [InlineData("logs")]
    [InlineData("logs/")]
    public async Task Get_GivenAFolder_ShouldUseTheSourcesName(string destination)
    {
        await File.WriteAllTextAsync(_remote["source"], "content");
        Directory.CreateDirectory(Local("logs"));

        await Nas.SendAsync("get/set", $"{_remote["source"]} {destination}");

        (await File.ReadAllTextAsync(Local("logs/source"))).ShouldBe("content");
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task Put_GivenAFolder_ShouldUseTheSourcesName(string end)
    {
        await File.WriteAllTextAsync(Local("source"), "content");
        Directory.CreateDirectory(_remote["folder"]);

        await Nas.SendAsync("put/set", $"source {_remote["folder"]}{end}");

        (await File.ReadAllTextAsync(_remote["folder/source"])).ShouldBe("content");
        File.GetUnixFileMode(_remote["folder/source"]).ShouldBe(OwnerOnly);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("inner/../../outside")]
    [InlineData("/tmp/outside")]
    [InlineData("link")]
    [InlineData("linked/file")]
    public async Task Get_GivenADestinationOutsideTheBaseDirectory_ShouldRefuseAndWriteNothing(string destination)
    {
        await File.WriteAllTextAsync(_remote["source"], "content");
        MakeLinks();

        var report = await Nas.SendAsync("get/set", $"{_remote["source"]} {destination}");

        (report["get"], report.Status, report.Reason).ShouldBe(("error", "rejected", "path"), report.Json);
        (await File.ReadAllTextAsync(_remote["outside/file"])).ShouldBe("secret");
        FilesIn(_remote["outside"]).ShouldBe(["file"]);
        File.Exists(_shared.Bridge.Folder["outside"]).ShouldBeFalse();
        File.Exists("/tmp/outside").ShouldBeFalse();
    }

    [Theory]
    [InlineData("../bridge.yaml")]
    [InlineData("inner/../../bridge.yaml")]
    [InlineData("/etc/hostname")]
    [InlineData("link")]
    [InlineData("linked/file")]
    public async Task Put_GivenASourceOutsideTheBaseDirectory_ShouldRefuseAndSendNothing(string source)
    {
        MakeLinks();

        var report = await Nas.SendAsync("put/set", $"{source} {_remote["copy"]}");

        (report["put"], report.Status, report.Reason).ShouldBe(("error", "rejected", "path"), report.Json);
        File.Exists(_remote["copy"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Get_GivenAMissingSource_ShouldFailAndLeaveTheOldFile()
    {
        await File.WriteAllTextAsync(Local("copy"), "old");

        var report = await Nas.SendAsync("get/set", $"{_remote["missing"]} copy");

        (report["get"], report.Status, report.Reason).ShouldBe(("error", "failed", "remote"), report.Json);
        (await File.ReadAllTextAsync(Local("copy"))).ShouldBe("old");
        FilesIn(Local("")).ShouldBe(["copy"]);
    }

    [Fact]
    public async Task Get_GivenAMissingFolder_ShouldFail()
    {
        await File.WriteAllTextAsync(_remote["source"], "content");

        var report = await Nas.SendAsync("get/set", $"{_remote["source"]} missing/copy");

        (report["get"], report.Status, report.Reason).ShouldBe(("error", "failed", "local"), report.Json);
        Directory.Exists(Local("missing")).ShouldBeFalse();
    }

    [Fact]
    public async Task Put_GivenAMissingSource_ShouldFail()
    {
        var report = await Nas.SendAsync("put/set", $"missing {_remote["copy"]}");

        (report["put"], report.Status, report.Reason).ShouldBe(("error", "failed", "local"), report.Json);
        File.Exists(_remote["copy"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Put_GivenAMissingFolder_ShouldFail()
    {
        await File.WriteAllTextAsync(Local("source"), "content");

        var report = await Nas.SendAsync("put/set", $"source {_remote["missing/copy"]}");

        (report["put"], report.Status, report.Reason).ShouldBe(("error", "failed", "remote"), report.Json);
    }

    [Fact]
    public async Task Transfer_GivenAFailure_ShouldLeaveTheConnectionUsable()
    {
        await Nas.SendAsync("get/set", $"{_remote["missing"]} copy");

        (await Nas.ExecAsync("echo still here"))["out"].ShouldBe("still here");
    }

    private string Local(string name) => _shared.Bridge.Folder["files/" + name];

    private void MakeLinks()
    {
        Directory.CreateDirectory(_remote["outside"]);
        File.WriteAllText(_remote["outside/file"], "secret");
        Directory.CreateDirectory(Local("inner"));
        File.CreateSymbolicLink(Local("link"), _remote["outside/file"]);
        Directory.CreateSymbolicLink(Local("linked"), _remote["outside"]);
    }

    private Task<CommandReport> SendJsonAsync(string operation, string source, string destination) =>
        Nas.SendAsync($"{operation}/set", JsonSerializer.Serialize(new { source, destination }));

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!);
}
