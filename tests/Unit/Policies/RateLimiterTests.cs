using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Tests.Unit.Policies;

public sealed class RateLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Take_GivenAFullBucket_ShouldAllowItsCountAtOnce()
    {
        var limiter = new RateLimiter(new RateLimit(30, TimeSpan.FromMinutes(1)), _time);

        Enumerable.Range(0, 30).ShouldAllBe(_ => limiter.Take() == TimeSpan.Zero);
        limiter.Take().ShouldBe(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Take_GivenTime_ShouldAllowOneForEachShare()
    {
        var limiter = new RateLimiter(new RateLimit(3, TimeSpan.FromMinutes(1)), _time);
        Drain(limiter);

        _time.Advance(TimeSpan.FromSeconds(19));
        limiter.Take().ShouldNotBe(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(1));
        limiter.Take().ShouldBe(TimeSpan.Zero);
        limiter.Take().ShouldNotBe(TimeSpan.Zero);
    }

    [Fact]
    public void Take_GivenALongPause_ShouldNotAccumulateMoreThanTheCount()
    {
        var limiter = new RateLimiter(new RateLimit(2, TimeSpan.FromSeconds(1)), _time);

        _time.Advance(TimeSpan.FromHours(1));

        Drain(limiter).ShouldBe(2);
    }

    [Fact]
    public void Take_GivenManySmallSteps_ShouldLoseNothing()
    {
        var limiter = new RateLimiter(new RateLimit(7, TimeSpan.FromHours(1)), _time);
        Drain(limiter);
        var taken = 0;

        for (var i = 0; i < 10_000; i++)
        {
            _time.Advance(TimeSpan.FromHours(1) / 1000);
            taken += limiter.Take() == TimeSpan.Zero ? 1 : 0;
        }

        taken.ShouldBe(70);
    }

    [Theory]
    [InlineData("30/min", 30, 60)]
    [InlineData("1/s", 1, 1)]
    [InlineData("1000000/h", 1_000_000, 3600)]
    public void TryParse_GivenALimit_ShouldReadAndWriteIt(string text, int count, int seconds)
    {
        RateLimit.TryParse(text, out var limit).ShouldBeTrue();

        limit.ShouldBe(new RateLimit(count, TimeSpan.FromSeconds(seconds)));
        limit.ShouldNotBeNull().ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/s")]
    [InlineData("0/s")]
    [InlineData("1")]
    [InlineData("1/")]
    [InlineData("1/m")]
    [InlineData("1 /s")]
    [InlineData("+1/s")]
    [InlineData("99999999999/s")]
    public void TryParse_GivenAnInvalidLimit_ShouldReturnFalse(string text) => RateLimit.TryParse(text, out _).ShouldBeFalse();

    private static int Drain(RateLimiter limiter)
    {
        var taken = 0;
        while (limiter.Take() == TimeSpan.Zero)
        {
            taken++;
        }

        return taken;
    }
}
