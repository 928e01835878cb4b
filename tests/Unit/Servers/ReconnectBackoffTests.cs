using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class ReconnectBackoffTests
{
    [Theory]
    [InlineData(nameof(SshFault.Connect))]
    [InlineData(nameof(SshFault.Lost))]
    [InlineData(nameof(SshFault.HostKey))]
    public void NextDelay_GivenFailures_ShouldDoubleToAMinute(string fault)
    {
        var backoff = new ReconnectBackoff(new Middle());

        Enumerable
            .Range(0, 9)
            .Select(_ => backoff.NextDelay(Enum.Parse<SshFault>(fault)).TotalSeconds)
            .ShouldBe([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    [Fact]
    public void NextDelay_GivenRefusedLogins_ShouldDoubleFromAMinuteToAnHour()
    {
        var backoff = new ReconnectBackoff(new Middle());

        Enumerable
            .Range(0, 9)
            .Select(_ => backoff.NextDelay(SshFault.Authentication).TotalMinutes)
            .ShouldBe([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    [Fact]
    public void NextDelay_GivenFailuresBetweenRefusals_ShouldCountThemApart()
    {
        var backoff = new ReconnectBackoff(new Middle());

        backoff.NextDelay(SshFault.Authentication).TotalSeconds.ShouldBe(60);
        backoff.NextDelay(SshFault.Connect).TotalSeconds.ShouldBe(1);
        backoff.NextDelay(SshFault.Authentication).TotalSeconds.ShouldBe(120);
    }

    [Fact]
    public void Reset_GivenFailures_ShouldStartOver()
    {
        var backoff = new ReconnectBackoff(new Middle());
        backoff.NextDelay(SshFault.Connect);
        backoff.NextDelay(SshFault.Authentication);

        backoff.Reset();

        backoff.NextDelay(SshFault.Connect).TotalSeconds.ShouldBe(1);
        backoff.NextDelay(SshFault.Authentication).TotalSeconds.ShouldBe(60);
    }

    [Fact]
    public void NextDelay_GivenAnySeed_ShouldVaryByAFifthAtMostAndNeverPassTheCap() =>
        Prop.ForAll<int>(seed =>
            {
                var backoff = new ReconnectBackoff(new Random(seed));
                var middle = new ReconnectBackoff(new Middle());
                return Enumerable
                        .Range(0, 20)
                        .All(_ =>
                        {
                            var ratio = backoff.NextDelay(SshFault.Connect) / middle.NextDelay(SshFault.Connect);
                            return ratio is >= 0.8 and <= 1.2;
                        })
                    && backoff.NextDelay(SshFault.Connect) <= TimeSpan.FromMinutes(1);
            })
            .QuickCheckThrowOnFailure();

    /// <summary>No variation.</summary>
    private sealed class Middle : Random
    {
        public override double NextDouble() => 0.5;
    }
}
