using System.Text;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Groups;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Groups;

/// <summary>What instance <c>pi-1</c> shows of its group.</summary>
public sealed class GroupStatusTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 9, 0, 0, TimeSpan.Zero);

    private readonly TopicScheme _topics = new("ssh");
    private readonly FakeTimeProvider _time = new();
    private readonly Leadership _leadership;
    private readonly GroupView _view;
    private readonly EventBus _bus = new();
    private readonly GroupStatus _status;

    public GroupStatusTests()
    {
        _leadership = new Leadership(_time);
        _view = new GroupView(_topics, _time);
        _status = new GroupStatus(new GroupOptions { Instance = "pi-1" }, _leadership, _view, _bus);
    }

    public void Dispose() => _leadership.Dispose();

    [Fact]
    public void Current_GivenAStandby_ShouldNameTheLeaderAndTheOthers()
    {
        _view.IsConnected = true;
        ReceiveLeader("pi-2");
        Receive("pi-1", "standby");
        Receive("pi-2", "leader");
        Receive("pi-3", "offline");

        var state = _status.Current.ShouldNotBeNull();

        (state.Instance, state.IsLeader, state.IsConnected).ShouldBe(("pi-1", false, true));
        (state.Leader, state.Since).ShouldBe(("pi-2", Start));
        state.Others.ShouldBe([("pi-2", "leader"), ("pi-3", "offline")]);
    }

    [Theory]
    [InlineData("offline")]
    [InlineData("standby")]
    public void Current_GivenALeaderThatLeadsNoMore_ShouldNameNone(string state)
    {
        _view.IsConnected = true;
        ReceiveLeader("pi-2");
        Receive("pi-2", state);

        _status.Current!.Leader.ShouldBeNull();
    }

    /// <summary>Its own state is exact, whatever the broker has.</summary>
    [Fact]
    public void Current_GivenALease_ShouldBeLeaderForAsLongAsItIsHeld()
    {
        _view.IsConnected = true;
        ReceiveLeader("pi-2");
        Receive("pi-2", "leader");
        Receive("pi-1", "standby");

        _leadership.Hold(2, _leadership.Now + TimeSpan.FromSeconds(1));
        var held = _status.Current!;
        ReceiveLeader("pi-1");
        var published = _status.Current!;
        _time.Advance(TimeSpan.FromSeconds(1));
        var lost = _status.Current!;

        (held.IsLeader, held.Leader, held.Since).ShouldBe((true, "pi-1", null));
        held.Others.ShouldBe([("pi-2", "unknown")]);
        (published.IsLeader, published.Since).ShouldBe((true, Start));
        (lost.IsLeader, lost.Leader).ShouldBe((false, null));
    }

    [Fact]
    public void Current_GivenNoConnection_ShouldClaimNothingAboutTheOthers()
    {
        _view.IsConnected = true;
        ReceiveLeader("pi-2");
        Receive("pi-2", "leader");
        _view.IsConnected = false;

        var state = _status.Current!;

        (state.IsConnected, state.Leader, state.Since).ShouldBe((false, null, null));
        state.Others.ShouldBeEmpty();
    }

    /// <summary>Any client may publish anything.</summary>
    [Fact]
    public void Current_GivenNamesWithControlCharacters_ShouldMakeThemPrintable()
    {
        _view.IsConnected = true;
        ReceiveLeader("a\u202eb" + new string('x', 10_000));
        Receive("a\u202eb", "standby");

        var state = _status.Current!;

        state.Leader!.Length.ShouldBeLessThanOrEqualTo(100);
        state.Leader.ShouldNotContain('\u202e');
        state.Others.Single().Instance.ShouldNotContain('\u202e');
    }

    [Fact]
    public void Bus_GivenChanges_ShouldHaveAnEventOfEachWithTheLastStateLast()
    {
        using var events = _bus.Subscribe();

        _view.IsConnected = true;
        ReceiveLeader("pi-2");
        Receive("pi-2", "leader");
        Receive("pi-2", "offline");
        _leadership.Hold(2, _leadership.Now + TimeSpan.FromSeconds(1));
        // A renewal is no change.
        _leadership.Hold(2, _leadership.Now + TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(2));
        _view.IsConnected = false;

        List<GroupState> states = [];
        while (events.TryTake(out var taken))
        {
            states.Add(taken.ShouldBeOfType<ServerEvent.Group>().State);
        }

        states
            .Select(state => (state.IsConnected, state.IsLeader, state.Leader))
            .ShouldBe([
                (true, false, null),
                (true, false, "pi-2"),
                (true, false, "pi-2"),
                (true, false, null),
                (true, true, "pi-1"),
                (true, false, null),
                (false, false, null),
            ]);
    }

    private void ReceiveLeader(string instance) =>
        _view.Handle(new MqttDelivery(_topics.GroupLeader, new LeaderInfo(instance, 1, Start).ToJson()));

    private void Receive(string instance, string state) =>
        _view.Handle(new MqttDelivery(_topics.InstanceOf(instance), Encoding.UTF8.GetBytes(state)));
}
