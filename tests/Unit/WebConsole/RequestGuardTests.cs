using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class RequestGuardTests
{
    private readonly DefaultHttpContext _context = new();
    private readonly Connection _connection = new();
    private readonly SignedCookie _sessions;
    private readonly DownloadLinks _links;
    private readonly RequestGuard _guard;

    public RequestGuardTests()
    {
        FakeTimeProvider time = new();
        ConsoleToken token = new("a token of some length");
        _sessions = new SignedCookie(token, "session", TimeSpan.FromDays(1), isHttps: false, time);
        _links = new DownloadLinks(time);
        _guard = new RequestGuard(
            new ConsoleHosts([], "machine"),
            _sessions,
            new PageKey(token),
            _links,
            new LogBudget(time, NullLogger<LogBudget>.Instance),
            NullLogger<RequestGuard>.Instance
        );
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

    private Task InvokeAsync(Exception exception) => _guard.InvokeAsync(_context, _ => Task.FromException(exception));

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
