using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures;

namespace SshMqttBridge.Tests.Integration;

/// <summary>The network of the other tests: a server that sends back what it gets, through the proxy.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync.
public sealed class FaultProxyTests : IAsyncLifetime
#pragma warning restore CA1001
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    readonly RawServer _echo = new((stream, token) => stream.CopyToAsync(stream, token));
    readonly byte[] _data = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * 7))];
    FaultProxy _proxy = null!;

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
        using TcpClient client = await ConnectAsync();
        _proxy.Fault = new LinkFault.Slice(3);

        (await EchoAsync(client, _data.Length)).ShouldBe(_data);
    }

    [Fact]
    public async Task Stall_GivenData_ShouldHoldItUntilItIsOver()
    {
        using TcpClient client = await ConnectAsync();
        await EchoAsync(client, 10);

        _proxy.Fault = new LinkFault.Stall();
        Task<byte[]> echo = EchoAsync(client, _data.Length);
        using TcpClient another = await ConnectAsync();
        _proxy.Fault = new LinkFault.None();

        (await echo).ShouldBe(_data);
        (await EchoAsync(another, 10)).ShouldBe(_data[..10]);
    }

    [Fact]
    public async Task FlipBit_GivenData_ShouldChangeOneBitOfIt()
    {
        using TcpClient client = await ConnectAsync();
        _proxy.Fault = new LinkFault.FlipBit(_data.Length);

        byte[] echo = await EchoAsync(client, _data.Length);

        echo.Zip(_data, (a, b) => int.PopCount(a ^ b)).Sum().ShouldBe(1);
    }

    [Fact]
    public async Task ResetAfter_GivenMoreData_ShouldResetAndLetTheNextConnectionHaveAsMuch()
    {
        _proxy.Fault = new LinkFault.ResetAfter(1_000);
        for (int i = 0; i < 2; i++)
        {
            using TcpClient client = await ConnectAsync();
            (await EchoAsync(client, 400)).Length.ShouldBe(400);

            await Should.ThrowAsync<IOException>(() => EchoAsync(client, 600));
        }
    }

    [Fact]
    public async Task Cut_GivenAConnection_ShouldCloseItAndLetTheNextOneThrough()
    {
        using TcpClient client = await ConnectAsync();
        await EchoAsync(client, 10);

        _proxy.Cut();

        await Should.ThrowAsync<IOException>(() => EchoAsync(client, 10));
        using TcpClient next = await ConnectAsync();
        (await EchoAsync(next, 10)).Length.ShouldBe(10);
    }

    [Fact]
    public async Task Refuse_GivenConnections_ShouldCloseThemUntilItIsOver()
    {
        using TcpClient client = await ConnectAsync();
        await EchoAsync(client, 10);

        _proxy.Fault = new LinkFault.Refuse();

        await Should.ThrowAsync<IOException>(() => EchoAsync(client, 10));
        using TcpClient refused = await ConnectAsync();
        await Should.ThrowAsync<IOException>(() => EchoAsync(refused, 10));
        _proxy.Fault = new LinkFault.None();
        using TcpClient next = await ConnectAsync();
        (await EchoAsync(next, 10)).Length.ShouldBe(10);
    }

    async Task<TcpClient> ConnectAsync()
    {
        TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }

    async Task<byte[]> EchoAsync(TcpClient client, int count)
    {
        byte[] echo = new byte[count];
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(_data.AsMemory(0, count));
        await stream.ReadExactlyAsync(echo).AsTask().WaitAsync(s_patience);
        return echo;
    }
}
