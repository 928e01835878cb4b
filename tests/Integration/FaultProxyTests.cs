using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration;

/// <summary>The network of the other tests: a server that sends back what it gets, through the proxy.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class FaultProxyTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RawServer _echo = new((stream, token) => stream.CopyToAsync(stream, token));
    private readonly byte[] _data = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * 7))];
    private FaultProxy _proxy = null!;

    public Task InitializeAsync()
    {
        _proxy = new FaultProxy(_echo.Port, seed: 1);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _echo.DisposeAsync();
    }

    [Fact]
    public async Task Slice_GivenData_ShouldPassItAll()
    {
        using var client = await ConnectAsync();
        _proxy.Fault = new LinkFault.Slice(3);

        (await EchoAsync(client, _data.Length)).ShouldBe(_data);
    }

    [Fact]
    public async Task Stall_GivenData_ShouldHoldItUntilItIsOver()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, 10);

        _proxy.Fault = new LinkFault.Stall();
        var echo = EchoAsync(client, _data.Length);
        using var another = await ConnectAsync();
        _proxy.Fault = new LinkFault.None();

        (await echo).ShouldBe(_data);
        (await EchoAsync(another, 10)).ShouldBe(_data[..10]);
    }

    [Fact]
    public async Task FlipBit_GivenData_ShouldChangeOneBitOfIt()
    {
        using var client = await ConnectAsync();
        _proxy.Fault = new LinkFault.FlipBit(_data.Length);

        var echo = await EchoAsync(client, _data.Length);

        echo.Zip(_data, (a, b) => int.PopCount(a ^ b)).Sum().ShouldBe(1);
    }

    [Fact]
    public async Task ResetAfter_GivenMoreData_ShouldResetAndLetTheNextConnectionHaveAsMuch()
    {
        _proxy.Fault = new LinkFault.ResetAfter(1_000);
        for (var i = 0; i < 2; i++)
        {
            using var client = await ConnectAsync();
            (await EchoAsync(client, 400)).Length.ShouldBe(400);

            await Should.ThrowAsync<IOException>(() => EchoAsync(client, 600));
        }
    }

    [Fact]
    public async Task Cut_GivenAConnection_ShouldCloseItAndLetTheNextOneThrough()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, 10);

        _proxy.Cut();

        await Should.ThrowAsync<IOException>(() => EchoAsync(client, 10));
        using var next = await ConnectAsync();
        (await EchoAsync(next, 10)).Length.ShouldBe(10);
    }

    [Fact]
    public async Task Refuse_GivenConnections_ShouldCloseThemUntilItIsOver()
    {
        using var client = await ConnectAsync();
        await EchoAsync(client, 10);

        _proxy.Fault = new LinkFault.Refuse();

        await Should.ThrowAsync<IOException>(() => EchoAsync(client, 10));
        using var refused = await ConnectAsync();
        await Should.ThrowAsync<IOException>(() => EchoAsync(refused, 10));
        _proxy.Fault = new LinkFault.None();
        using var next = await ConnectAsync();
        (await EchoAsync(next, 10)).Length.ShouldBe(10);
    }

    private async Task<TcpClient> ConnectAsync()
    {
        TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }

    private async Task<byte[]> EchoAsync(TcpClient client, int count)
    {
        var echo = new byte[count];
        var stream = client.GetStream();
        await stream.WriteAsync(_data.AsMemory(0, count));
        await stream.ReadExactlyAsync(echo).AsTask().WaitAsync(Patience);
        return echo;
    }
}
