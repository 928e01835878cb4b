using System.Net;
using System.Net.Sockets;
using System.Text;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>Who may access what in the console. On one bridge, except for tests that would affect others.</summary>
public sealed class ConsoleSafetyTests(ConsoleServices world) : IClassFixture<ConsoleServices>
{
    private const string Exec = "/api/servers/nas/exec";
    private const string Command = """{"command":"true"}""";

    /// <summary>All endpoints, as method, path and body.</summary>
    public static TheoryData<string, string, string?> Endpoints { get; } =
        new()
        {
            { "GET", "/api/session", null },
            { "GET", "/api/state", null },
            { "GET", "/api/events", null },
            { "GET", "/api/history", null },
            { "GET", "/api/history/commands", null },
            { "GET", "/api/history/last", null },
            { "GET", "/api/history/nas/x", null },
            { "POST", Exec, Command },
            { "POST", "/api/servers/nas/run/x", """{"args":{}}""" },
            { "POST", "/api/servers/nas/get", """{"source":"a","destination":"b"}""" },
            { "POST", "/api/servers/nas/put", """{"source":"a","destination":"b"}""" },
            { "POST", "/api/servers/nas/cancel", """{"id":"*"}""" },
            { "POST", "/api/servers/nas/connection", """{"state":"open"}""" },
            { "POST", "/api/servers/nas/trust", """{"fingerprint":"SHA256:x"}""" },
            { "GET", "/api/settings", null },
            { "GET", "/api/settings?server=nas", null },
            { "GET", "/api/files", null },
            { "PUT", "/api/files?path=x", "x" },
            { "POST", "/api/files/check", """{"path":"x"}""" },
            { "POST", "/api/downloads", """{"path":"x"}""" },
            { "GET", "/api/downloads/x", null },
            { "GET", "/api/nothing", null },
            { "PUT", "/api/state", "{}" },
        };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Api_GivenNoSession_ShouldAskForTheToken(string method, string path, string? body)
    {
        using var stranger = world.Stranger();
        stranger.Cookies.Add(world.Url, new Cookie(world.SessionCookie.Name, "a.1.b"));

        using var answer = await stranger.SendAsync(new HttpMethod(method), path, body);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"message":"Sign in first."}""");
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Api_GivenTheCookieAlone_ShouldAskForTheToken(string method, string path, string? body)
    {
        // A server on another port of this machine receives the owner's cookies when the owner's browser visits it.
        using var thief = world.Stranger();
        foreach (Cookie cookie in world.Owner.Cookies.GetCookies(world.Url))
        {
            thief.Cookies.Add(world.Url, new Cookie(cookie.Name, cookie.Value));
        }

        using var another = world.Stranger();
        (await another.SendTokenAsync(world.Token)).Dispose();
        foreach (var key in (string?[])[null, "a", another.Key])
        {
            thief.Key = key;
            using var answer = await thief.SendAsync(new HttpMethod(method), path, body);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Api_GivenAPageOfAnotherOrigin_ShouldRefuse(string method, string path, string? body)
    {
        foreach (
            var origin in (string[])
                ["https://evil.example", "http://localhost:1", "null", world.Url.Authority, world.Url + "x", "http://127.0.0.1"]
        )
        {
            using var answer = await world.Owner.SendAsync(
                new HttpMethod(method),
                path,
                body,
                headers: headers =>
                {
                    headers.Remove("Origin");
                    headers.Add("Origin", origin);
                }
            );
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, origin);
        }
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task Api_GivenAnotherSitesPageThatHidesItsOrigin_ShouldRefuse(string site)
    {
        using var answer = await world.Owner.SendAsync(
            HttpMethod.Get,
            "/api/state",
            headers: headers => headers.Add("Sec-Fetch-Site", site)
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Post_GivenNoOrigin_ShouldRequireSecFetchSite()
    {
        using var nothing = await world.Owner.SendAsync(
            HttpMethod.Post,
            Exec,
            Command,
            headers: headers => headers.Remove("Origin")
        );
        using var none = await world.Owner.SendAsync(
            HttpMethod.Post,
            Exec,
            Command,
            headers: headers => AddSite(headers, "none")
        );
        using var same = await world.Owner.SendAsync(
            HttpMethod.Post,
            Exec,
            Command,
            headers: headers => AddSite(headers, "same-origin")
        );

        (nothing.StatusCode, none.StatusCode, same.StatusCode).ShouldBe(
            (HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Accepted)
        );

        static void AddSite(System.Net.Http.Headers.HttpRequestHeaders headers, string site)
        {
            headers.Remove("Origin");
            headers.Add("Sec-Fetch-Site", site);
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:80")]
    [InlineData("127.0.0.1.evil.example")]
    public async Task AnyPath_GivenAnotherHost_ShouldRefuse(string host)
    {
        foreach (var path in (string[])["/", "/api/state", "/api/session", "/nothing"])
        {
            using var answer = await world.Owner.SendAsync(HttpMethod.Get, path, headers: headers => headers.Host = host);
            answer.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        }
    }

    [Fact]
    public async Task Api_GivenANameThatIsConfiguredBehindAProxyWithTls_ShouldAnswer()
    {
        using var answer = await world.Owner.SendAsync(
            HttpMethod.Post,
            Exec,
            Command,
            headers: headers =>
            {
                headers.Host = "console.example.org";
                headers.Remove("Origin");
                headers.Add("Origin", "https://console.example.org");
                headers.Add("Cookie", world.SessionCookie.ToString());
            }
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/jsonx")]
    [InlineData("")]
    public async Task Post_GivenWhatAFormCanSend_ShouldRefuse(string contentType)
    {
        foreach (var path in (string[])[Exec, "/api/session"])
        {
            using var answer = await world.Owner.SendAsync(HttpMethod.Post, path, Command, contentType);
            answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        }
    }

    [Fact]
    public async Task Post_GivenTooLargeABody_ShouldRefuse()
    {
        foreach (var (path, size) in ((string, int)[])[(Exec, 2 << 20), ("/api/session", 8192)])
        {
            using var answer = await world.Owner.SendAsync(
                HttpMethod.Post,
                path,
                $$"""{"command":"{{new string('x', size)}}"}"""
            );
            answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        }
    }

    [Fact]
    public async Task AnyResponse_ShouldHaveTheSecurityHeaders()
    {
        foreach (var path in (string[])["/", "/index.html", "/nothing", "/api/state", "/api/nothing"])
        {
            using var answer = await world.Owner.SendAsync(HttpMethod.Get, path);
            Header(answer, "Content-Security-Policy")
                .ShouldBe(
                    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                        + "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
                );
            Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
            Header(answer, "Referrer-Policy").ShouldBe("no-referrer");
            Header(answer, "Cross-Origin-Opener-Policy").ShouldBe("same-origin");
            Header(answer, "Cross-Origin-Resource-Policy").ShouldBe("same-origin");
            Header(answer, "Cache-Control")
                .ShouldBe(path.StartsWith("/api", StringComparison.Ordinal) ? "no-store" : Cached(path));
            answer.Headers.Contains("Server").ShouldBeFalse();
            answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        }

        static string Cached(string path) => path == "/nothing" ? "" : "no-cache";
    }

    [Fact]
    public async Task Session_GivenTheToken_ShouldGiveACookieThatScriptsAndOtherSitesCannotUse()
    {
        using var client = world.Stranger();
        using var answer = await client.SendTokenAsync(world.Token);

        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        cookies.Count.ShouldBe(1);
        foreach (var cookie in cookies)
        {
            cookie.ShouldContain("; httponly");
            cookie.ShouldContain("; samesite=strict");
            cookie.ShouldContain("; path=/");
            cookie.ShouldNotContain("domain");
            cookie.ShouldNotContain(world.Token);
        }

        (await client.SendAsync(HttpMethod.Get, "/api/session")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await using var events = await client.ListenAsync();
        var copy = client.Cookies.GetCookies(world.Url)[world.SessionCookie.Name]!.Value;
        (await client.SendAsync(HttpMethod.Delete, "/api/session")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        client.Cookies.GetCookies(world.Url)[world.SessionCookie.Name].ShouldBeNull();
        client.Cookies.Add(world.Url, new Cookie(world.SessionCookie.Name, copy));
        (await client.SendAsync(HttpMethod.Get, "/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"token":7}""")]
    [InlineData("""{"token":null}""")]
    [InlineData("""{"token":"\ud800"}""")]
    public async Task Session_GivenAnInvalidBody_ShouldReturnBadRequest(string body)
    {
        using var stranger = world.Stranger();

        using var answer = await stranger.SendAsync(HttpMethod.Post, "/api/session", body);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Static_GivenPathsOutOfTheFolder_ShouldFindNothing()
    {
        foreach (
            var path in (string[])
                [
                    "/../bridge.yaml",
                    "/%2e%2e/bridge.yaml",
                    "/..%2fbridge.yaml",
                    "/wwwroot/index.html",
                    "/index.html/",
                    "/INDEX.HTML",
                    "//index.html",
                    "/appsettings.json",
                ]
        )
        {
            (await RawAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).ShouldStartWith(
                "HTTP/1.1 404 "
            );
        }
    }

    [Fact]
    public async Task Static_GivenTheCachedVersion_ShouldReturnNotModified()
    {
        using var stranger = world.Stranger();
        using var first = await stranger.SendAsync(HttpMethod.Get, "/");
        var tag = Header(first, "ETag");

        using var again = await stranger.SendAsync(HttpMethod.Get, "/", headers: headers => headers.Add("If-None-Match", tag));
        using var head = await stranger.SendAsync(HttpMethod.Head, "/");
        using var post = await stranger.SendAsync(HttpMethod.Post, "/", "{}");

        first.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        (again.StatusCode, head.StatusCode, post.StatusCode).ShouldBe(
            (HttpStatusCode.NotModified, HttpStatusCode.OK, HttpStatusCode.MethodNotAllowed)
        );
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "421")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400")]
    [InlineData("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("nonsense\r\n\r\n", "400")]
    [InlineData("CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", "421")]
    public async Task AnyPath_GivenOddHttp_ShouldRefuse(string request, string status) =>
        (await RawAsync(request.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal)))
            .Split(' ')[1]
            .ShouldBe(status);

    private async Task<string> RawAsync(string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, world.Url.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync();
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";
}
