using System.Net;
using SshMqttBridge.Groups.Etcd;

namespace SshMqttBridge.Tests.Unit.Groups.Etcd;

/// <summary>Which member of an etcd cluster is asked, and what is said if none answers.</summary>
public sealed class EtcdClientTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(0.5);

    private readonly WatchedTimeProvider _time = new();
    private readonly FakeEtcd _etcd;
    private readonly EtcdClient _client;

    public EtcdClientTests()
    {
        _etcd = new FakeEtcd(_time);
        _client = new EtcdClient([new Uri("http://a:1"), new Uri("http://b:2"), new Uri("http://c:3/")], _etcd, Limit, _time);
    }

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Request_GivenAMemberThatDoesNotAnswer_ShouldAskTheNextOneAndStayThere()
    {
        _etcd.Instead = url => url.Host == "a" ? throw new HttpRequestException("Connection refused") : null;

        var lease = await _client.GrantAsync(2, default);
        (await _client.KeepAliveAsync(lease.Id, default)).ShouldBeTrue();

        _etcd.Requests.ShouldBe(["http://a:1/v3/lease/grant", "http://b:2/v3/lease/grant", "http://b:2/v3/lease/keepalive"]);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, """{"error":"etcdserver: no leader","code":14}""", "etcdserver: no leader")]
    [InlineData(HttpStatusCode.BadGateway, "<html>", "HTTP status 502")]
    [InlineData(
        HttpStatusCode.BadRequest,
        """{"error":"etcdserver: user name is empty\u001b[31m"}""",
        "user name is empty\\x1b[31m"
    )]
    [InlineData(HttpStatusCode.OK, "<html>", "sent something that is not a response of etcd")]
    [InlineData(HttpStatusCode.OK, "null", "sent null")]
    public async Task Request_GivenNoMemberThatCarriesItOut_ShouldTellWhatTheLastOneSaid(
        HttpStatusCode status,
        string body,
        string words
    )
    {
        _etcd.Instead = _ => FakeEtcd.Refuse(status, body);

        var exception = await Should.ThrowAsync<EtcdException>(() => _client.GrantAsync(2, default));

        exception.Message.ShouldStartWith("http://c:3 ");
        exception.Message.ShouldContain(words);
        _etcd.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task KeepAlive_GivenALeaseThatHasEnded_ShouldBeFalse()
    {
        var lease = await _client.GrantAsync(2, default);

        _time.Advance(TimeSpan.FromSeconds(2));

        (await _client.KeepAliveAsync(lease.Id, default)).ShouldBeFalse();
        await Should.ThrowAsync<EtcdException>(() => _client.RevokeAsync(lease.Id, default));
    }

    [Fact]
    public async Task Grant_GivenAClusterWithASlowElection_ShouldTellTheLeaseThatIsGranted()
    {
        _etcd.ShortestLease = 8;

        (await _client.GrantAsync(2, default)).TimeToLive.ShouldBe(8);
    }
}
