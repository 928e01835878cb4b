using SshMqttBridge.Groups;

namespace SshMqttBridge.Tests.Unit.Groups;

/// <summary>Who has the lease of a group, whatever happens to its instances and their links.</summary>
public sealed class BrokerElectionTests
{
    private static readonly TimeSpan Takeover = SimulatedGroup.Times.Takeover;

    // A claim and its way to the broker and back.
    private static readonly TimeSpan Claim = SimulatedGroup.Times.Renewal * 2 + TimeSpan.FromSeconds(0.5);

    [Fact]
    public void Tick_GivenTwoInstancesThatStartTogether_ShouldMakeOneOfThemTheLeader()
    {
        SimulatedGroup group = new(2, new Random(1));

        group.Pass(Takeover + Claim);

        group.Leaders.Count.ShouldBe(1);
        group.Leaders[0].Epoch.ShouldBe(1);
    }

    [Fact]
    public void Tick_GivenALeaderThatIsKilled_ShouldMakeTheOtherOneTheLeaderAndNotGiveBack()
    {
        SimulatedGroup group = new(2, new Random(1));
        group.Pass(Takeover + Claim);
        var first = group.Leaders[0];

        first.Cut(true);
        group.Pass(Takeover + Claim);
        var second = group.Leaders.ShouldHaveSingleItem();
        first.Restart();
        first.Cut(false);
        group.Pass(Takeover * 2);

        second.ShouldNotBe(first);
        group.Leaders.ShouldHaveSingleItem().ShouldBe(second);
        second.Epoch.ShouldBe(2);
    }

    [Fact]
    public void Release_GivenALeader_ShouldMakeTheOtherOneTheLeaderAtOnce()
    {
        SimulatedGroup group = new(2, new Random(1));
        group.Pass(Takeover + Claim);
        var first = group.Leaders[0];

        first.Release(group.Now);
        first.IsActing(group.Now).ShouldBeFalse();
        first.IsPaused = true;
        group.Pass(Claim);

        group.Leaders.ShouldHaveSingleItem().ShouldNotBe(first);
    }

    [Fact]
    public void IsLeader_GivenALeaderThatWakesAfterAPause_ShouldBeFalseAtOnce()
    {
        SimulatedGroup group = new(2, new Random(1));
        group.Pass(Takeover + Claim);
        var first = group.Leaders[0];

        first.IsPaused = true;
        group.Pass(SimulatedGroup.Times.Validity + SimulatedGroup.Step);
        first.IsPaused = false;

        first.IsActing(group.Now).ShouldBeFalse();
    }

    /// <summary>It was restarted, and knows only the epoch before.</summary>
    [Fact]
    public void Receive_GivenALateSecondClaimOfAnEpoch_ShouldFollowWhoRenews()
    {
        BrokerElection third = new(Holder("third"), SimulatedGroup.Times);
        third.Connected(1, TimeSpan.Zero);

        third.Receive(new LeaseMessage(Holder("second"), LeaseMessageKind.Claim, 2, 1), TimeSpan.Zero);
        third.Receive(new LeaseMessage(Holder("first"), LeaseMessageKind.Renewal, 2, 2), Takeover * 0.9);

        third.Leader.ShouldBe(Holder("first"));
        third.Tick(Takeover).ShouldBeNull();
    }

    /// <summary>The broker has forgotten the epoch, and its sender was restarted.</summary>
    [Fact]
    public void Receive_GivenAClaimOfALowerEpoch_ShouldTellTheEpochAndNotClaimMeanwhile()
    {
        BrokerElection other = new(Holder("other"), SimulatedGroup.Times);
        other.Connected(18, TimeSpan.Zero);

        other.Receive(new LeaseMessage(Holder("new"), LeaseMessageKind.Claim, 1, 2), Takeover);

        var reply = other.Tick(Takeover).ShouldNotBeNull();
        (reply.Kind, reply.Epoch).ShouldBe((LeaseMessageKind.Epoch, 18));
        other.Tick(Takeover * 1.9).ShouldBeNull();
        other.Tick(Takeover * 2).ShouldNotBeNull().Kind.ShouldBe(LeaseMessageKind.Probe);
    }

    /// <param name="seed">Null: another one each time.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public void IsLeader_GivenRandomFaults_ShouldNeverBeTrueForTwoAndSoonBeTrueForOne(int? seed)
    {
        var first = seed ?? Random.Shared.Next(1_000_000);
        for (var run = first; run < first + 40; run++)
        {
            Random random = new(run);
            SimulatedGroup group = new(random.Next(2, 5), random);
            for (var i = 0; i < 30; i++)
            {
                Disturb(group, random);
                group.Pass(TimeSpan.FromSeconds(random.NextDouble() * 4), () => CheckOne(group, run));
            }

            Mend(group);
            group.Pass(Takeover * 2 + Claim, () => CheckOne(group, run));
            group.Leaders.Count.ShouldBe(1, $"seed {run}");
        }
    }

    private static LeaseHolder Holder(string instance) => new(instance, "life");

    private static void CheckOne(SimulatedGroup group, int seed)
    {
        if (group.Leaders.Count > 1)
        {
            throw new InvalidOperationException(
                $"seed {seed}, {group.Now}: {string.Join(" and ", group.Leaders.Select(one => one.Name))} lead"
            );
        }
    }

    private static void Disturb(SimulatedGroup group, Random random)
    {
        var one = group.Instances[random.Next(group.Instances.Count)];
        switch (random.Next(8))
        {
            case 0:
                one.Restart();
                break;
            case 1:
                one.IsPaused = !one.IsPaused;
                break;
            case 2:
                one.Cut(!one.IsCut);
                break;
            case 3:
                one.Release(group.Now);
                break;
            case 4:
                group.IsBrokerRunning = !group.IsBrokerRunning;
                break;
            case 5:
                group.Forget();
                break;
            default:
                Mend(group);
                break;
        }
    }

    private static void Mend(SimulatedGroup group)
    {
        group.IsBrokerRunning = true;
        foreach (var one in group.Instances)
        {
            one.IsPaused = false;
            if (one.IsCut)
            {
                one.Cut(false);
            }
        }
    }
}
