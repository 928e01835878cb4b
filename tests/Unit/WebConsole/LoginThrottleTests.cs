using System.Net;
using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class LoginThrottleTests
{
    private static readonly IPAddress Stranger = IPAddress.Parse("203.0.113.7");
    private static readonly IPAddress Owner = IPAddress.Parse("192.0.2.3");

    private readonly FakeTimeProvider _time = new();
    private readonly LoginThrottle _throttle;

    public LoginThrottleTests() => _throttle = new LoginThrottle(_time);

    [Fact]
    public void Try_GivenWrongTokensInARow_ShouldWaitLongerEachTimeButNotForLong()
    {
        for (var i = 0; i < LoginThrottle.FreeTries; i++)
        {
            _throttle.Try(Stranger).ShouldBe(TimeSpan.Zero);
        }

        List<double> waits = [];
        for (var i = 0; i < 8; i++)
        {
            var wait = _throttle.Try(Stranger);
            waits.Add(wait.TotalSeconds);
            _time.Advance(wait);
            _throttle.Try(Stranger).ShouldBe(TimeSpan.Zero);
        }

        waits.ShouldBe([1, 2, 4, 8, 16, 30, 30, 30]);
    }

    [Fact]
    public void Try_GivenTriesWhileItWaits_ShouldNotWaitLonger()
    {
        TryOften(Stranger, LoginThrottle.FreeTries);

        for (var i = 0; i < 100; i++)
        {
            _throttle.Try(Stranger).ShouldBe(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public void Try_GivenAttemptsOfAnotherAddress_ShouldNotWait()
    {
        TryOften(Stranger, 50);

        _throttle.Try(Owner).ShouldBe(TimeSpan.Zero);
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    public void Try_GivenTwoAddresses_ShouldKnowWhichAreOnesOwn(string one, string other, bool areOne)
    {
        TryOften(IPAddress.Parse(one), LoginThrottle.FreeTries);

        (_throttle.Try(IPAddress.Parse(other)) > TimeSpan.Zero).ShouldBe(areOne);
    }

    [Fact]
    public void Try_GivenManyAddresses_ShouldSlowThemDownTogetherButNotThisMachine()
    {
        for (var i = 0; i < LoginThrottle.FreeTriesOfAll; i++)
        {
            _throttle.Try(new IPAddress([198, 51, 100, (byte)i])).ShouldBe(TimeSpan.Zero);
        }

        _throttle.Try(Owner).ShouldBe(TimeSpan.FromSeconds(1));
        _throttle.Try(IPAddress.Loopback).ShouldBe(TimeSpan.Zero);
        _throttle.Try(IPAddress.IPv6Loopback).ShouldBe(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(3));
        _throttle.Try(Owner).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Reset_GivenTheCorrectToken_ShouldStartOver()
    {
        TryOften(Owner, LoginThrottle.FreeTries);

        _throttle.Reset(Owner);

        _throttle.Try(Owner).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Try_GivenMoreAddressesThanAreRemembered_ShouldForgetSome()
    {
        for (var i = 0; i < 2 * LoginThrottle.MaximumClients; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _throttle.Try(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i])).ShouldBe(TimeSpan.Zero);
        }
    }

    private void TryOften(IPAddress address, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _throttle.Try(address);
        }
    }
}
