using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using SshMqttBridge.Tests.Integration.Fixtures.Disks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>The base directory through the console's HTTP interface.</summary>
public sealed class ConsoleFilesTests(ConsoleServices world) : IClassFixture<ConsoleServices>
{
    private const string Secret = "secret of another folder";
    private const string Binary = "application/octet-stream";

    private string Folder => world.Bridge.Folder["files"];

    [Fact]
    public async Task Upload_GivenANewFile_ShouldStoreItForTheBridgesUserOnlyAndSendItBack()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "reports"));
        var content = RandomNumberGenerator.GetHexString(300_000);

        using var answer = await UploadAsync("path=reports&name=a%20%E2%98%83%25%2F", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, "the name has a slash at its end");
        using var stored = await UploadAsync("path=reports&name=a%20%E2%98%83%25", content);

        stored.StatusCode.ShouldBe(HttpStatusCode.Created, await stored.Content.ReadAsStringAsync());
        var file = Path.Combine(Folder, "reports/a ☃%");
        (await File.ReadAllTextAsync(file)).ShouldBe(content);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var listed = await world.Owner.GetAsync("/api/files?folder=reports");
        listed.GetProperty("entries").EnumerateArray().Single().GetProperty("size").GetInt64().ShouldBe(content.Length);
        listed.GetProperty("more").GetBoolean().ShouldBeFalse();

        using var download = await DownloadAsync("reports/a ☃%");
        download.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await download.Content.ReadAsStringAsync()).ShouldBe(content);
        download.Content.Headers.ContentType!.MediaType.ShouldBe(Binary);
        var disposition = download.Content.Headers.ContentDisposition.ShouldNotBeNull();
        (disposition.DispositionType, disposition.FileNameStar).ShouldBe(("attachment", "a ☃%"));
        download.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        download.Headers.GetValues("Content-Security-Policy").Single().ShouldBe("default-src 'none'; sandbox");
        download.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await world.Bridge.LoggedAsync("downloads 'reports/a ☃%' (300000 bytes)");
    }

    [Fact]
    public async Task Upload_GivenAnExistingFile_ShouldReplaceItOnlyWhenAsked()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "existing"), "old");

        using var check = await CheckAsync(new { path = "existing", size = 3 });
        check.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var refused = await UploadAsync("path=existing", "new");
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("exists on the bridge already");
        (await File.ReadAllTextAsync(Path.Combine(Folder, "existing"))).ShouldBe("old");

        using var stored = await UploadAsync("path=existing&overwrite=true", "new");
        stored.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await File.ReadAllTextAsync(Path.Combine(Folder, "existing"))).ShouldBe("new");
    }

    [Fact]
    public async Task Files_GivenAPathThatLeadsOutside_ShouldRefuseIt()
    {
        using TemporaryFolder outside = new();
        await File.WriteAllTextAsync(outside["secret"], Secret);
        File.CreateSymbolicLink(Path.Combine(Folder, "link-to-folder"), outside.Path);
        File.CreateSymbolicLink(Path.Combine(Folder, "link-to-file"), outside["secret"]);
        await ChildProcess.RunAsync("mkfifo", Path.Combine(Folder, "pipe"));
        string[] paths =
        [
            "../state/web-console-token",
            "a/../../state/web-console-token",
            outside["secret"],
            "link-to-folder/secret",
            "link-to-file",
            "pipe",
            "a\0b",
            "",
            ".",
            "./",
            "/",
            "..",
        ];
        foreach (var path in paths)
        {
            using var link = await LinkAsync(path);
            link.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            using var check = await CheckAsync(new { path });
            check.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            using var upload = await UploadAsync($"path={Uri.EscapeDataString(path)}&overwrite=true", "mine");
            upload.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
        }

        foreach (var folder in (string[])["..", "/", outside.Path, "link-to-folder", "pipe"])
        {
            using var list = await world.Owner.SendAsync(HttpMethod.Get, $"/api/files?folder={Uri.EscapeDataString(folder)}");
            list.StatusCode.ShouldBe(HttpStatusCode.BadRequest, folder);
        }

        (await File.ReadAllTextAsync(outside["secret"])).ShouldBe(Secret);
        Directory.GetFileSystemEntries(outside.Path).Length.ShouldBe(1);
        (await world.Owner.GetAsync("/api/files")).ToString().ShouldNotContain("link-to");
    }

    [Fact]
    public async Task Download_GivenALink_ShouldWorkOnceAndOnlyInItsSession()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "once"), "content");
        using var another = world.Stranger();
        (await another.SendTokenAsync(world.Token)).Dispose();
        using var stranger = world.Stranger();

        var url = await UrlOfAsync("once");
        using var foreign = await another.SendAsync(HttpMethod.Get, url);
        foreign.StatusCode.ShouldBe(HttpStatusCode.Gone);
        another.Key = null;
        foreach (var client in (ConsoleClient[])[another, stranger])
        {
            using var refused = await client.SendAsync(HttpMethod.Get, url);
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        using var crossSite = await world.Owner.SendAsync(
            HttpMethod.Get,
            url,
            headers: headers => headers.Add("Sec-Fetch-Site", "cross-site")
        );
        crossSite.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        // As a browser does it: with the cookie, without the key.
        using var navigation = await world.Owner.SendAsync(
            HttpMethod.Get,
            url,
            headers: headers => headers.Remove("X-Console-Key")
        );
        (await navigation.Content.ReadAsStringAsync()).ShouldBe("content");
        using var again = await world.Owner.SendAsync(HttpMethod.Get, url, headers: headers => headers.Remove("X-Console-Key"));
        again.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Upload_GivenAConnectionThatIsCut_ShouldLeaveNothing()
    {
        var before = Directory.GetFileSystemEntries(Folder);
        using (TcpClient connection = new())
        {
            await connection.ConnectAsync(IPAddress.Loopback, world.Url.Port);
            var stream = connection.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(UploadRequest("path=cut", 1_000_000)));
            await stream.WriteAsync(new byte[500_000]);
            // Other requests are answered meanwhile.
            await world.Owner.GetAsync("/api/state");
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(Directory.GetFileSystemEntries(Folder).SequenceEqual(before)),
            () => string.Join(", ", Directory.GetFileSystemEntries(Folder))
        );
        using var stored = await UploadAsync("path=cut", "whole");
        stored.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Upload_GivenTooManyBytes_ShouldRefuseThemBeforeAndWhileTheyArrive()
    {
        await using var bridge = await world.StartAsync(world.Nas().Top(ConsoleClient.Settings(", maxUploadMiB: 1")));
        using var owner = await ConsoleClient.LogInAsync(bridge);

        using var check = await owner.SendAsync(HttpMethod.Post, "/api/files/check", """{"path":"big","size":1048577}""");
        check.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await check.Content.ReadAsStringAsync()).ShouldContain("larger than 1 MiB (webConsole.maxUploadMiB)");
        using var announced = await owner.SendAsync(HttpMethod.Put, "/api/files?path=big", new string('x', 1_048_577), Binary);
        announced.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var chunked = await owner.SendAsync(
            HttpMethod.Put,
            "/api/files?path=big",
            new string('x', 1_048_577),
            Binary,
            headers => headers.TransferEncodingChunked = true
        );
        chunked.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        Directory.GetFileSystemEntries(bridge.Folder["files"]).ShouldBeEmpty();

        using var largest = await owner.SendAsync(HttpMethod.Put, "/api/files?path=big", new string('x', 1_048_576), Binary);
        largest.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await owner.GetAsync("/api/state")).GetProperty("bridge").GetProperty("maxUploadBytes").GetInt64().ShouldBe(1_048_576);
    }

    [TmpfsFact]
    public async Task Upload_GivenAFullDisk_ShouldSayItAndLeaveNothing()
    {
        await using var bridge = await BridgeHost.CreateAsync(world.Nas().Top(ConsoleClient.Settings()), world.Broker);
        await using var disk = await Tmpfs.MountAsync(bridge.Folder["files"], "1m");
        await bridge.StartAsync();
        using var owner = await ConsoleClient.LogInAsync(bridge);

        using var check = await owner.SendAsync(HttpMethod.Post, "/api/files/check", """{"path":"big","size":2000000}""");
        using var announced = await owner.SendAsync(HttpMethod.Put, "/api/files?path=big", new string('x', 2_000_000), Binary);
        using var chunked = await owner.SendAsync(
            HttpMethod.Put,
            "/api/files?path=big",
            new string('x', 2_000_000),
            Binary,
            headers => headers.TransferEncodingChunked = true
        );

        foreach (var answer in (HttpResponseMessage[])[check, announced, chunked])
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.InsufficientStorage);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("not enough space left");
        }

        Directory.GetFileSystemEntries(bridge.Folder["files"]).ShouldBeEmpty();
        using var small = await owner.SendAsync(HttpMethod.Put, "/api/files?path=big", "fits", Binary);
        small.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Files_GivenRestrictedServers_ShouldBeRefused()
    {
        await using var bridge = await world.StartAsync(world.Nas("commands: actions").Top(ConsoleClient.Settings()));
        using var owner = await ConsoleClient.LogInAsync(bridge);
        await File.WriteAllTextAsync(bridge.Folder["files/a"], "content");

        (await owner.GetAsync("/api/state")).GetProperty("bridge").GetProperty("files").GetBoolean().ShouldBeFalse();
        using var list = await owner.SendAsync(HttpMethod.Get, "/api/files");
        using var upload = await owner.SendAsync(HttpMethod.Put, "/api/files?path=b", "b", Binary);
        using var check = await owner.SendAsync(HttpMethod.Post, "/api/files/check", """{"path":"b"}""");
        using var link = await owner.SendAsync(HttpMethod.Post, "/api/downloads", """{"path":"a"}""");

        foreach (var answer in (HttpResponseMessage[])[list, upload, check, link])
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("webConsole.files");
        }

        File.Exists(bridge.Folder["files/b"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Files_GivenNoBaseDirectory_ShouldSaySo()
    {
        await using var bridge = await world.StartAsync(world.Nas().Top(ConsoleClient.Settings()));
        using var owner = await ConsoleClient.LogInAsync(bridge);
        Directory.Delete(bridge.Folder["files"]);

        using var list = await owner.SendAsync(HttpMethod.Get, "/api/files");
        using var upload = await owner.SendAsync(HttpMethod.Put, "/api/files?path=b", "b", Binary);

        foreach (var answer in (HttpResponseMessage[])[list, upload])
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("has been removed or replaced");
        }
    }

    [Fact]
    public async Task Upload_GivenALargeFile_ShouldNotKeepItInMemory()
    {
        const long Size = 400L << 20;
        await using var bridge = await world.StartWithSmallHeapAsync(world.Nas().Top(ConsoleClient.Settings()));
        using var owner = await ConsoleClient.LogInAsync(bridge);

        using var answer = await owner.UploadAsync("/api/files?path=large", new ZeroStream(Size));
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        new FileInfo(bridge.Folder["files/large"]).Length.ShouldBe(Size);

        var link = await owner.PostAsync("/api/downloads", new { path = "large" }, HttpStatusCode.OK);
        using var download = await owner.SendAsync(HttpMethod.Get, "/" + link.GetProperty("url").GetString());
        await using var content = await download.Content.ReadAsStreamAsync();
        var buffer = new byte[1 << 20];
        var total = 0L;
        for (int count; (count = await content.ReadAsync(buffer)) > 0; total += count) { }
        total.ShouldBe(Size);
    }

    private Task<HttpResponseMessage> UploadAsync(string query, string content) =>
        world.Owner.SendAsync(HttpMethod.Put, $"/api/files?{query}", content, Binary);

    private Task<HttpResponseMessage> CheckAsync(object file) =>
        world.Owner.SendAsync(HttpMethod.Post, "/api/files/check", JsonSerializer.Serialize(file));

    private Task<HttpResponseMessage> LinkAsync(string path) =>
        world.Owner.SendAsync(HttpMethod.Post, "/api/downloads", JsonSerializer.Serialize(new { path }));

    private async Task<string> UrlOfAsync(string path)
    {
        using var answer = await LinkAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return "/" + JsonDocument.Parse(text).RootElement.GetProperty("url").GetString();
    }

    private async Task<HttpResponseMessage> DownloadAsync(string path) =>
        await world.Owner.SendAsync(HttpMethod.Get, await UrlOfAsync(path));

    private string UploadRequest(string query, int length) =>
        $"PUT /api/files?{query} HTTP/1.1\r\nHost: {world.Url.Authority}\r\nOrigin: {world.Owner.Origin}\r\n"
        + $"Cookie: {world.SessionCookie.Name}={world.SessionCookie.Value}\r\nX-Console-Key: {world.Owner.Key}\r\n"
        + $"Content-Length: {length}\r\n\r\n";
}
