using System.Text;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Groups;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Groups;

/// <summary>What an instance remembers of the others.</summary>
public sealed class GroupViewTests
{
    private readonly TopicScheme _topics = new("ssh");
    private readonly GroupView _view;
    private int _changes;

    public GroupViewTests() =>
        _view = new GroupView(_topics, new FakeTimeProvider()) { Changed = () => _changes++, IsConnected = true };

    [Fact]
    public void Instances_GivenStates_ShouldHaveTheLastOfEachByName()
    {
        Receive("pi-2", "standby");
        Receive("pi-1", "leader");
        Receive("pi-2", "offline");

        _view.Instances.Select(instance => (instance.Key, instance.Value)).ShouldBe([("pi-1", "leader"), ("pi-2", "offline")]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Leader")]
    [InlineData("leader ")]
    [InlineData("<b>leader</b>")]
    public void Instances_GivenAnythingElse_ShouldForgetTheInstance(string payload)
    {
        Receive("pi-1", "leader");
        Receive("pi-1", payload);
        Receive("pi-2", payload);

        _view.Instances.ShouldBeEmpty();
    }

    [Fact]
    public void Instances_GivenManyAndLongNames_ShouldStopRememberingThem()
    {
        Receive(new string('x', 65), "standby");
        for (var i = 0; i < 1000; i++)
        {
            Receive($"standby-{i}", "standby");
        }

        _view.Instances.Count.ShouldBe(64);
        _view.Instances.Keys.ShouldAllBe(name => name.StartsWith("standby-", StringComparison.Ordinal));
        Receive("standby-0", "leader");
        _view.Instances["standby-0"].ShouldBe("leader");
    }

    [Fact]
    public void Instances_GivenManyThatAreOffline_ShouldMakeRoomForOneThatIsNot()
    {
        for (var i = 0; i < 1000; i++)
        {
            Receive($"gone-{i}", "offline");
        }

        Receive("pi-1", "standby");

        _view.Instances.Count.ShouldBe(64);
        _view.Instances["pi-1"].ShouldBe("standby");
    }

    [Fact]
    public void Changed_GivenTheSameStateAgain_ShouldNotBeCalled()
    {
        Receive("pi-1", "standby");
        var before = _changes;

        Receive("pi-1", "standby");

        _changes.ShouldBe(before);
    }

    /// <summary>The page would see states that are half of the old connection, half of the new one.</summary>
    [Fact]
    public void Changed_GivenRetainedMessagesOfANewConnection_ShouldBeCalledOnceTheyHaveArrived()
    {
        Receive("pi-1", "leader");
        _view.IsConnected = false;
        var before = _changes;

        _view.Reset();
        Receive("pi-1", "offline");
        Receive("pi-2", "leader");
        _changes.ShouldBe(before);
        _view.IsConnected = true;

        _changes.ShouldBe(before + 1);
        _view.Instances.Count.ShouldBe(2);
    }

    private void Receive(string instance, string state) =>
        _view.Handle(new MqttDelivery(_topics.InstanceOf(instance), Encoding.UTF8.GetBytes(state)));
}
