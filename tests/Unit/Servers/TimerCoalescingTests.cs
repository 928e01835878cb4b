using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Tests.Unit.Servers;

public sealed class TimerCoalescingTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(0, 10, 10)]
    [InlineData(0.3, 10, 9.7)]
    [InlineData(0.3, 10.2, 10.2)]
    [InlineData(0.3, 1.9, 1.9)]
    public void Before_GivenAnInterval_ShouldEndOnABeatUnlessItIsShort(double now, double interval, double expected)
    {
        TimerCoalescing.Before(TimeSpan.FromSeconds(interval), LongEnough, At(now)).ShouldBe(TimeSpan.FromSeconds(expected));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(0.3, 1, 1.2)]
    [InlineData(0.5, 1, 1)]
    public void After_GivenAnInterval_ShouldEndOnABeat(double now, double interval, double expected)
    {
        TimerCoalescing.After(TimeSpan.FromSeconds(interval), At(now)).ShouldBe(TimeSpan.FromSeconds(expected));
    }

    // From the first year on: GetElapsedTime calculates in doubles, which cannot hold two thousand years exactly.
    private static FakeTimeProvider At(double seconds) => new(DateTimeOffset.MinValue + TimeSpan.FromSeconds(seconds));
}
