using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

public sealed class MqttBackoffTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Fact]
    public void Next_GivenAnUnreachableBroker_ShouldGrowToHalfAMinute()
    {
        var backoff = new MqttBackoff(() => 0);

        Seconds(backoff, 7, MqttFault.Unreachable, null).ShouldBe([1, 2, 4, 8, 16, 30, 30]);
    }

    [Fact]
    public void Next_GivenALostConnectionThatHadHeld_ShouldBeSoon()
    {
        var backoff = new MqttBackoff(() => 0);

        Seconds(backoff, 3, MqttFault.Lost, Long).ShouldBe([0.5, 0.5, 0.5]);
    }

    [Fact]
    public void Next_GivenConnectionsThatNeverHold_ShouldWaitAsAfterATakeover()
    {
        var backoff = new MqttBackoff(() => 0);

        Seconds(backoff, 7, MqttFault.Lost, TimeSpan.FromSeconds(1)).ShouldBe([0.5, 2, 60, 60, 60, 60, 60]);
        backoff.LooksTakenOver.ShouldBeTrue();
    }

    [Fact]
    public void Next_GivenConnectionsThatAMessageEnds_ShouldGrow()
    {
        var backoff = new MqttBackoff(() => 0);

        Enumerable
            .Range(0, 7)
            .Select(_ => backoff.Next(MqttFault.Lost, TimeSpan.FromSeconds(1), hasOtherCause: true).TotalSeconds)
            .ShouldBe([0.5, 2, 4, 8, 16, 30, 30]);
    }

    [Fact]
    public void Next_GivenABrokerThatIsDownInBetween_ShouldNotSuspectATakeover()
    {
        var backoff = new MqttBackoff(() => 0);

        for (var i = 0; i < 5; i++)
        {
            backoff.Next(MqttFault.Lost, TimeSpan.FromSeconds(1)).TotalSeconds.ShouldBeLessThan(60);
            backoff.Next(MqttFault.Unreachable, null).TotalSeconds.ShouldBeLessThan(60);
        }

        backoff.LooksTakenOver.ShouldBeFalse();
    }

    [Fact]
    public void Next_GivenTwoClientsWithOneId_ShouldNotTreatTheOthersWaitAsStability()
    {
        var backoff = new MqttBackoff(() => 0);
        Seconds(backoff, 6, MqttFault.Lost, TimeSpan.FromSeconds(1));

        // The other one waited a minute too: our connection held that long and still is not a good one.
        Seconds(backoff, 1, MqttFault.Lost, TimeSpan.FromSeconds(61)).ShouldBe([60]);
        Seconds(backoff, 1, MqttFault.Lost, TimeSpan.FromSeconds(121)).ShouldBe([0.5]);
    }

    [Fact]
    public void Next_GivenARefusedLogin_ShouldBeSlow()
    {
        var backoff = new MqttBackoff(() => 0);

        Seconds(backoff, 6, MqttFault.LoginRefused, null).ShouldBe([30, 60, 120, 240, 300, 300]);
    }

    [Fact]
    public void Next_GivenATakeover_ShouldWaitAMinuteAtLeast()
    {
        var backoff = new MqttBackoff(() => 0);

        backoff.Next(MqttFault.TakenOver, Long).TotalSeconds.ShouldBe(60);
        backoff.Next(MqttFault.TakenOver, TimeSpan.FromSeconds(1)).TotalSeconds.ShouldBe(120);
    }

    [Fact]
    public void Next_GivenChance_ShouldOnlyEverBeALittleLonger()
    {
        var backoff = new MqttBackoff(() => 0.999);

        backoff.Next(MqttFault.Lost, Long).TotalSeconds.ShouldBeInRange(0.5, 1);
        backoff.Next(MqttFault.LoginRefused, null).TotalSeconds.ShouldBeInRange(30, 37.5);
    }

    private static double[] Seconds(MqttBackoff backoff, int times, MqttFault fault, TimeSpan? connectedFor) =>
        [.. Enumerable.Range(0, times).Select(_ => backoff.Next(fault, connectedFor).TotalSeconds)];
}
