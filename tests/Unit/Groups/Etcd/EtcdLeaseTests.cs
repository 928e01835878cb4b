using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Groups;
using SshMqttBridge.Groups.Etcd;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Groups.Etcd;

/// <summary>When an instance leads with a lease of etcd.</summary>
public sealed class EtcdLeaseTests : IAsyncDisposable
{
    private const string Leader = "/bridge/leader";

    private readonly WatchedTimeProvider _time = new();
    private readonly EtcdTimes _times = new(TimeSpan.FromSeconds(2.5));
    private readonly CancellationTokenSource _stop = new();
    private readonly FakeEtcd _etcd;
    private readonly EtcdClient _client;
    private readonly Leadership _leadership;
    private readonly GroupView _view;
    private readonly BrokerEcho _echo;
    private readonly TopicScheme _topics = new("ssh");
    private readonly List<LeaseMessage> _sent = [];
    private bool _isCut;
    private int _resets;
    private Task _running = Task.CompletedTask;

    public EtcdLeaseTests()
    {
        _etcd = new FakeEtcd(_time);
        _client = new EtcdClient([new Uri("http://a:2379")], _etcd, _times.Request, _time);
        _leadership = new Leadership(_time);
        _view = new GroupView(_topics, _time);
        _echo = new BrokerEcho(new LeaseHolder("pi-1", "life"), Send, () => _resets++, _leadership, _time);
        _echo.Connected();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _client.Dispose();
        _leadership.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Run_GivenAFreeLease_ShouldLeadAndRenewIt()
    {
        await LeadAsync();
        var term = await _leadership.NextAsync(default);
        for (var i = 0; i < 20; i++)
        {
            await RenewedAsync();
            _leadership.IsHeld.ShouldBeTrue();
        }

        (term.Epoch, term.Lost.IsCancellationRequested).ShouldBe((1, false));
        _etcd[Leader].ShouldBe("pi-1");
        _etcd["/bridge/epoch"].ShouldBe("1");
        _sent[0].Kind.ShouldBe(LeaseMessageKind.Probe);
        _sent.Skip(1).ShouldAllBe(message => message.Kind == LeaseMessageKind.Renewal && message.Epoch == 1);
    }

    [Fact]
    public async Task Run_GivenAnotherLeader_ShouldStandByUntilTheKeyIsGone()
    {
        _etcd.Lead(Leader, "pi-2");
        Start();
        await PolledAsync();
        await PolledAsync();
        _leadership.IsHeld.ShouldBeFalse();
        _sent.ShouldBeEmpty();

        _etcd.Delete(Leader);
        _time.Advance(EtcdTimes.Poll);

        await _time.WaitForTimerAsync(_times.Renewal);
        _leadership.IsHeld.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_GivenEpochsAtTheBrokerAndAtEtcd_ShouldLeadWithAHigherOne()
    {
        _view.Handle(
            new MqttDelivery(_topics.GroupLeader, new LeaderInfo("pi-2", 41, DateTimeOffset.UnixEpoch).ToJson()) { Retain = true }
        );
        await LeadAsync();
        _leadership.Epoch.ShouldBe(42);

        _etcd.Delete(Leader);
        await _time.PassAsync(_times.Renewal);
        await _time.PassAsync(_times.Stopping);
        await _time.PassAsync(EtcdTimes.Poll);

        await _time.WaitForTimerAsync(_times.Renewal);
        _leadership.Epoch.ShouldBe(43);
    }

    [Fact]
    public async Task Run_GivenEtcdThatDoesNotAnswer_ShouldLoseTheLeaseBeforeEtcdEndsIt()
    {
        await LeadAsync();
        await RenewedAsync();
        _etcd.Instead = _ => FakeEtcd.Refuse(HttpStatusCode.ServiceUnavailable, """{"error":"etcdserver: no leader"}""");

        while (_leadership.IsHeld)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        _etcd[Leader].ShouldBe("pi-1");
        _time.Advance(_times.Takeover - _times.Validity);
        _etcd[Leader].ShouldBeNull();
    }

    [Fact]
    public async Task Run_GivenABrokerThatPassesOnNothing_ShouldStopWhatRunsAndThenGiveTheLeaseUp()
    {
        await LeadAsync();
        await RenewedAsync();
        var term = await _leadership.NextAsync(default);
        _isCut = true;

        await _time.PassUntilAsync(Task.Delay(Timeout.Infinite, term.Lost).ContinueWith(_ => { }), _times.Renewal);
        _leadership.IsHeld.ShouldBeFalse();
        _etcd[Leader].ShouldBe("pi-1");
        await _time.PassAsync(_times.Stopping);
        await _time.WaitForTimerAsync(EtcdTimes.Poll);

        _etcd[Leader].ShouldBeNull();
    }

    [Fact]
    public async Task Run_GivenABrokerThatPassesOnNothing_ShouldNotLeadAndConnectAgain()
    {
        _isCut = true;
        Start();

        await _time.PassAsync(_times.EchoValidity);
        await _time.WaitForTimerAsync(EtcdTimes.Poll);

        _resets.ShouldBe(1);
        _leadership.IsHeld.ShouldBeFalse();
        _etcd[Leader].ShouldBeNull();
    }

    [Fact]
    public async Task Run_GivenAShortInterruptionOfTheConnection_ShouldStayTheLeader()
    {
        await LeadAsync();
        var term = await _leadership.NextAsync(default);
        _echo.Disconnected();
        await RenewedAsync();
        _echo.Connected();
        await RenewedAsync();
        await RenewedAsync();
        await RenewedAsync();
        await RenewedAsync();

        (_leadership.IsHeld, term.Lost.IsCancellationRequested).ShouldBe((true, false));
    }

    [Fact]
    public async Task Run_GivenAStop_ShouldHandTheLeaseOverAtOnce()
    {
        await LeadAsync();

        await _stop.CancelAsync();
        await _running;

        _leadership.IsHeld.ShouldBeFalse();
        _etcd[Leader].ShouldBeNull();
    }

    [Fact]
    public async Task Run_GivenAResponseThatIsLost_ShouldNotLeadButEndItsLease()
    {
        _etcd.LosesNextResponse = true;
        Start();

        await _time.WaitForTimerAsync(EtcdTimes.Poll);

        _leadership.Epoch.ShouldBe(0);
        _etcd[Leader].ShouldBeNull();
    }

    /// <summary>A process that was stopped in between must not renew a lease that it has no more.</summary>
    [Fact]
    public async Task Run_GivenAPause_ShouldNotContinueTheTerm()
    {
        await LeadAsync();
        var term = await _leadership.NextAsync(default);
        _time.Suspend(_times.Validity);

        _leadership.IsHeld.ShouldBeFalse();
        _time.Advance(_times.Renewal);
        await _time.WaitForTimerAsync(_times.Stopping);

        _leadership.IsHeld.ShouldBeFalse();
        await Eventually(term);
    }

    [Fact]
    public async Task Run_GivenMessagesOfOthers_ShouldNotTakeThemForItsOwn()
    {
        await LeadAsync();
        var heard = _echo.LastSentAt;
        _isCut = true;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        _echo.Send(LeaseMessageKind.Renewal, 1);

        _echo.Receive(new LeaseMessage(new LeaseHolder("pi-1", "earlier life"), LeaseMessageKind.Renewal, 1, 1_000));
        _echo.LastSentAt.ShouldBe(heard);
        _echo.Receive(_sent[^1]);
        _echo.LastSentAt.ShouldBe(_leadership.Now);
    }

    private async Task LeadAsync()
    {
        Start();
        await _time.WaitForTimerAsync(_times.Renewal);
    }

    private void Start() =>
        _running = new EtcdLease(
            _client,
            new EtcdElection(_client, "/bridge", "pi-1"),
            _echo,
            _view,
            _leadership,
            _times,
            _time,
            NullLogger<EtcdLease>.Instance
        ).RunAsync(_stop.Token);

    private async Task RenewedAsync()
    {
        await _time.PassAsync(_times.Renewal);
        await _time.WaitForTimerAsync(_times.Renewal);
    }

    private async Task PolledAsync()
    {
        await _time.PassAsync(EtcdTimes.Poll);
        await _time.WaitForTimerAsync(EtcdTimes.Poll);
    }

    private void Send(LeaseMessage message)
    {
        _sent.Add(message);
        if (!_isCut)
        {
            _echo.Receive(message);
        }
    }

    private static Task Eventually(LeaderTerm term) =>
        Task.Delay(TimeSpan.FromSeconds(30), term.Lost).ContinueWith(ended => ended.IsCanceled.ShouldBeTrue());
}
