using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class ConnectionLimiterTests : IDisposable
{
    private readonly List<ClientConnection> _closed = [];
    private readonly LogBudget _budget = new(new FakeTimeProvider(), NullLogger<LogBudget>.Instance);
    private readonly ConnectionLimiter _limiter;

    public ConnectionLimiterTests() => _limiter = new ConnectionLimiter(_budget, NullLogger<ConnectionLimiter>.Instance);

    public void Dispose() => _budget.Dispose();

    [Fact]
    public void TryAdd_GivenAnAddressWithTooMany_ShouldCloseItsOldest()
    {
        var other = Add("other");
        var own = Enumerable.Range(0, ConnectionLimiter.MaximumPerAddress).Select(_ => Add("own")).ToList();
        _closed.ShouldBeEmpty();

        Add("own");
        Add("own");

        _closed.ShouldBe(own.Take(2));
        _closed.ShouldNotContain(other);
    }

    [Fact]
    public void TryAdd_GivenConnectionsWithASession_ShouldNeitherCountNorCloseThem()
    {
        List<ClientConnection> signedIn = [];
        for (var i = 0; i < 100; i++)
        {
            signedIn.Add(Add("own"));
            signedIn[^1].SignIn();
        }

        for (var i = 0; i < 1000; i++)
        {
            Add("own");
        }

        _closed.Count.ShouldBe(1000 - ConnectionLimiter.MaximumPerAddress);
        _closed.ShouldAllBe(connection => !connection.IsSignedIn);
    }

    [Fact]
    public void TryAdd_GivenARequest_ShouldCloseIdleConnectionsFirst()
    {
        var busy = Add("own");
        busy.BeginRequest();
        var idle = Enumerable.Range(1, ConnectionLimiter.MaximumPerAddress - 1).Select(_ => Add("own")).ToList();

        Add("own");
        busy.EndRequest();
        Add("own");

        _closed.ShouldBe([idle[0], busy]);
    }

    [Fact]
    public void TryAdd_GivenManyAddresses_ShouldCloseOneOfTheAddressWithTheMost()
    {
        var owner = Add("owner");
        for (var i = 0; i < ConnectionLimiter.MaximumConnections - 1; i++)
        {
            Add($"stranger-{i % 10}");
        }

        _closed.ShouldBeEmpty();
        Add("another");

        _closed.Count.ShouldBe(1);
        _closed.ShouldNotContain(owner);
    }

    [Fact]
    public void TryAdd_GivenOnlyConnectionsWithASession_ShouldRefuseOneTooMany()
    {
        for (var i = 0; i < ConnectionLimiter.MaximumConnections; i++)
        {
            Add("own").SignIn();
        }

        ClientConnection more = new("own", () => { });
        _limiter.TryAdd(more).ShouldBeFalse();
        _closed.ShouldBeEmpty();
    }

    [Fact]
    public void Remove_GivenAClosedConnection_ShouldMakeRoom()
    {
        var first = Enumerable.Range(0, ConnectionLimiter.MaximumPerAddress).Select(_ => Add("own")).ToList();

        _limiter.Remove(first[5]);
        Add("own");

        _closed.ShouldBeEmpty();
    }

    private ClientConnection Add(string address)
    {
        ClientConnection? connection = null;
        connection = new ClientConnection(address, () => _closed.Add(connection!));
        _limiter.TryAdd(connection).ShouldBeTrue();
        return connection;
    }
}
