using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

public sealed class AddressRaceTests
{
    private static readonly IPAddress First = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress Second = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Third = IPAddress.Parse("192.0.2.2");

    private readonly WatchedTimeProvider _time = new();
    private readonly Dictionary<IPAddress, TaskCompletionSource<(Socket?, SocketError)>> _attempts = [];
    private readonly List<IPAddress> _cancelled = [];

    [Fact]
    public void Alternate_GivenBothFamilies_ShouldTakeTurns() =>
        AddressRace
            .Alternate([First, IPAddress.IPv6Loopback, Second, Third, IPAddress.Loopback])
            .ShouldBe([First, Second, IPAddress.IPv6Loopback, Third, IPAddress.Loopback]);

    [Fact]
    public async Task RunAsync_GivenAnAddressThatDoesNotAnswer_ShouldTryTheNextAfterAQuarterOfASecond()
    {
        using Socket connected = new(SocketType.Stream, ProtocolType.Tcp);
        var racing = RunAsync();
        _attempts.Keys.ShouldBe([First]);

        await _time.PassAsync(TimeSpan.FromMilliseconds(250));
        await StartedAsync(Second);
        _attempts[Second].SetResult((connected, SocketError.Success));

        (await racing).ShouldBe((connected, SocketError.Success));
        _cancelled.ShouldBe([First]);
        _attempts.ContainsKey(Third).ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_GivenAddressesThatRefuse_ShouldTryTheNextAtOnceAndReportTheFirstError()
    {
        var racing = RunAsync();

        _attempts[First].SetResult((null, SocketError.NetworkUnreachable));
        await StartedAsync(Second);
        _attempts[Second].SetResult((null, SocketError.ConnectionRefused));
        await StartedAsync(Third);
        _attempts[Third].SetResult((null, SocketError.ConnectionRefused));

        (await racing).ShouldBe((null, SocketError.NetworkUnreachable));
    }

    [Fact]
    public async Task RunAsync_GivenTheFirstAnswersAfterTheSecondHasStarted_ShouldTakeItAndEndTheOther()
    {
        using Socket connected = new(SocketType.Stream, ProtocolType.Tcp);
        var racing = RunAsync();
        await _time.PassAsync(TimeSpan.FromMilliseconds(250));
        await StartedAsync(Second);

        _attempts[First].SetResult((connected, SocketError.Success));

        (await racing).Socket.ShouldBe(connected);
        _cancelled.ShouldBe([Second]);
    }

    private Task<(Socket? Socket, SocketError Error)> RunAsync() =>
        AddressRace.RunAsync([First, Second, Third], ConnectAsync, _time, CancellationToken.None);

    private async Task<(Socket? Socket, SocketError Error)> ConnectAsync(IPAddress address, CancellationToken cancellationToken)
    {
        TaskCompletionSource<(Socket?, SocketError)> attempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_attempts)
        {
            _attempts[address] = attempt;
        }

        try
        {
            return await attempt.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.Add(address);
            throw;
        }
    }

    private async Task StartedAsync(IPAddress address)
    {
        while (true)
        {
            lock (_attempts)
            {
                if (_attempts.ContainsKey(address))
                {
                    return;
                }
            }

            await Task.Yield();
        }
    }
}
