using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class RequestGuardTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConsoleToken _token = new("a token of some length");
    private readonly DefaultHttpContext _context = new();
    private readonly Connection _connection = new();
    private readonly SignedCookie _sessions;
    private readonly DownloadLinks _links;
    private readonly RequestGuard _guard;

    public RequestGuardTests()
    {
        _sessions = new SignedCookie(_token, "session", TimeSpan.FromDays(1), isHttps: false, _time);
        _links = new DownloadLinks(_time);
        _guard = Guard();
        _context.Features.Set<IHttpRequestLifetimeFeature>(_connection);
        _context.Request.Host = new HostString("localhost");
    }

    [Fact]
    public async Task Invoke_GivenAFileThatCannotBeRead_ShouldAnswerThatTheBridgeFailed()
    {
        await InvokeAsync(new IOException("disk"));

        (_context.Response.StatusCode, _connection.IsAborted).ShouldBe((StatusCodes.Status500InternalServerError, false));
    }

    [Fact]
    public async Task Invoke_GivenABrowserThatHasDisconnected_ShouldSendNoResponse()
    {
        _connection.RequestAborted = new CancellationToken(canceled: true);

        await InvokeAsync(new IOException("broken pipe"));

        _connection.IsAborted.ShouldBeTrue();
    }

    [Fact]
    public async Task Invoke_GivenAConnectionReset_ShouldSendNoResponse()
    {
        await InvokeAsync(new ConnectionResetException("reset"));

        _connection.IsAborted.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true, true, 200)]
    [InlineData(false, true, 401)]
    [InlineData(true, false, 401)]
    public async Task Invoke_GivenADownloadLinkWithoutThePagesKey_ShouldRequireTheSessionItWasCreatedFor(
        bool isOwn,
        bool hasCookie,
        int expected
    )
    {
        var cookie = _sessions.CreateNew();
        var session = isOwn ? _sessions.Find(cookie, out _)! : "another";
        _context.Request.Method = "GET";
        _context.Request.Path = $"{DownloadLinks.Path}/{_links.Create(session, "file")}";
        if (hasCookie)
        {
            _context.Request.Headers.Cookie = $"{_sessions.Name}={cookie}";
        }

        await _guard.InvokeAsync(_context, _ => Task.CompletedTask);

        _context.Response.StatusCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData("http", null, false)]
    [InlineData("http", "http", false)]
    [InlineData("http", "https", true)]
    [InlineData("https", null, true)]
    [InlineData("https", "http", true)]
    public void IsOverTls_GivenAProxysHeader_ShouldFollowIt(string scheme, string? forwarded, bool expected)
    {
        _context.Request.Scheme = scheme;
        _context.Request.Headers["X-Forwarded-Proto"] = forwarded;

        RequestGuard.IsOverTls(_context.Request).ShouldBe(expected);
    }

    [Theory]
    [InlineData("https://ha.example:8123", "same-origin", 204)]
    [InlineData("https://ha.example:8123", null, 204)]
    [InlineData("https://ha.example:8123", "same-site", 403)]
    [InlineData("https://ha.example:8123", "cross-site", 403)]
    [InlineData("https://ha.example", "same-origin", 403)]
    [InlineData("http://ha.example:8123", null, 403)]
    [InlineData("https://ha.example:8123.evil.example", null, 403)]
    [InlineData("null", null, 403)]
    public async Task Invoke_GivenAProxyThatReplacesTheHost_ShouldAcceptTheOriginsThatAreListed(
        string origin,
        string? site,
        int expected
    )
    {
        var guard = Guard("https://HA.example:8123", "https://other.example:443/");
        _context.Request.Method = "DELETE";
        _context.Request.Path = "/api/session";
        _context.Request.Headers.Origin = origin;
        _context.Request.Headers["Sec-Fetch-Site"] = site;

        await guard.InvokeAsync(_context, NoContent);

        _context.Response.StatusCode.ShouldBe(expected);
        _context
            .Response.Headers.ContentSecurityPolicy.ToString()
            .ShouldContain("frame-ancestors https://ha.example:8123 https://other.example;");
        _context.Response.Headers.XFrameOptions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Invoke_GivenNoOtherOrigins_ShouldForbidFrames()
    {
        _context.Request.Method = "DELETE";
        _context.Request.Path = "/api/session";
        _context.Request.Headers.Origin = "https://ha.example:8123";

        await _guard.InvokeAsync(_context, NoContent);

        _context.Response.StatusCode.ShouldBe(403);
        _context.Response.Headers.ContentSecurityPolicy.ToString().ShouldContain("frame-ancestors 'none';");
        _context.Response.Headers.XFrameOptions.ToString().ShouldBe("DENY");
    }

    private static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private RequestGuard Guard(params string[] origins) =>
        new(
            new ConsoleHosts([], "machine"),
            new ConsoleOrigins([.. origins.Select(origin => new Uri(origin))]),
            _sessions,
            new PageKey(_token),
            _links,
            new LogBudget(_time, NullLogger<LogBudget>.Instance),
            NullLogger<RequestGuard>.Instance
        );

    private Task InvokeAsync(Exception exception) => _guard.InvokeAsync(_context, _ => Task.FromException(exception));

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
