using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class DownloadLinksTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DownloadLinks _links;

    public DownloadLinksTests() => _links = new DownloadLinks(_time);

    [Fact]
    public void TryTake_GivenALink_ShouldReturnItsFileOnce()
    {
        var id = _links.Create("session", "a/b");

        _links.TryTake("session", id, out var file).ShouldBeTrue();
        file.ShouldBe("a/b");
        _links.TryTake("session", id, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("other", 0)]
    [InlineData("session", 61)]
    public void TryTake_GivenAnotherSessionOrTooMuchTime_ShouldReturnNothing(string session, int seconds)
    {
        var id = _links.Create("session", "a");
        _time.Advance(TimeSpan.FromSeconds(seconds));

        _links.TryTake(session, id, out _).ShouldBeFalse();
        _links.Accepts(session, Request("GET", id)).ShouldBeFalse();
    }

    [Fact]
    public void TryTake_GivenUnknownIds_ShouldReturnNothing()
    {
        _links.Create("session", "a");

        _links.TryTake("session", null, out _).ShouldBeFalse();
        _links.TryTake("session", "", out _).ShouldBeFalse();
        _links.TryTake("session", "x", out _).ShouldBeFalse();
    }

    [Fact]
    public void Create_GivenManyLinks_ShouldForgetTheOldest()
    {
        var ids = Enumerable.Range(0, DownloadLinks.MaximumLinks + 1).Select(i => _links.Create("session", $"{i}")).ToList();

        ids.Distinct().Count().ShouldBe(ids.Count);
        _links.TryTake("session", ids[0], out _).ShouldBeFalse();
        _links.TryTake("session", ids[1], out _).ShouldBeTrue();
        _links.TryTake("session", ids[^1], out _).ShouldBeTrue();
    }

    [Fact]
    public void Accepts_GivenALink_ShouldReplaceTheKeyForItAlone()
    {
        var id = _links.Create("session", "a");

        _links.Accepts("session", Request("GET", id)).ShouldBeTrue();
        _links.Accepts("session", Request("GET", id)).ShouldBeTrue("asking does not use it");
        _links.Accepts("session", Request("POST", id)).ShouldBeFalse();
        _links.Accepts("session", Request("GET", id + "x")).ShouldBeFalse();
        _links.Accepts("session", Request("GET", "")).ShouldBeFalse();
        _links.Accepts("session", Request("GET", id, "/api/state")).ShouldBeFalse();
        _links.Accepts("session", Request("GET", id, "/api/downloadsx")).ShouldBeFalse();
    }

    private static HttpRequest Request(string method, string id, string path = DownloadLinks.Path)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path) = (method, $"{path}/{id}");
        return request;
    }
}
