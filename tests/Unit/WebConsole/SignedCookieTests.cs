using Microsoft.Extensions.Time.Testing;
using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class SignedCookieTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Find_GivenItsOwnCookie_ShouldFindTheIdAlsoAfterARestart()
    {
        var value = Make().CreateNew();

        var id = Make().Find(value, out var renewed).ShouldNotBeNull();

        renewed.ShouldBeNull();
        Make().Find(value, out _).ShouldBe(id);
        Make().CreateNew().ShouldNotBe(value);
    }

    [Fact]
    public void Find_GivenAnotherTokensCookieOrOneForAnotherPurpose_ShouldFindNothing()
    {
        Make().Find(Make(token: "another token, another").CreateNew(), out _).ShouldBeNull();
        Make().Find(Make(purpose: "browser").CreateNew(), out _).ShouldBeNull();
    }

    [Fact]
    public void Find_GivenAnyLetterChanged_ShouldFindNothing()
    {
        var value = Make().CreateNew();

        for (var i = 0; i < value.Length; i++)
        {
            var changed = value[..i] + (value[i] == '7' ? '8' : '7') + value[(i + 1)..];
            Make().Find(changed, out _).ShouldBeNull(changed);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.1.")]
    [InlineData("a.-1.b")]
    [InlineData("a.99999999999999999999999.b")]
    [InlineData("a.b.c.d")]
    public void Find_GivenSomethingElse_ShouldFindNothing(string? value) => Make().Find(value, out _).ShouldBeNull();

    [Fact]
    public void Find_GivenAnOldCookie_ShouldRenewItUntilItIsTooOld()
    {
        var cookies = Make();
        var value = cookies.CreateNew();
        _time.Advance(TimeSpan.FromDays(29));

        var id = cookies.Find(value, out var renewed);

        _time.Advance(TimeSpan.FromDays(2));
        cookies.Find(value, out _).ShouldBeNull();
        cookies.Find(renewed, out _).ShouldBe(id);
    }

    [Fact]
    public void End_GivenAnId_ShouldEndItsCookiesAndNoOthers()
    {
        var cookies = Make();
        var (one, other) = (cookies.CreateNew(), cookies.CreateNew());

        cookies.End(cookies.Find(one, out _)!);

        cookies.Find(one, out _).ShouldBeNull();
        cookies.Find(other, out _).ShouldNotBeNull();
    }

    [Fact]
    public void Name_GivenTwoBridgesOnOneMachine_ShouldDiffer()
    {
        Make().Name.ShouldNotBe(Make(token: "another token, another").Name);
        Make().Name.ShouldBe(Make().Name);
        Make(isHttps: true).Name.ShouldStartWith("__Host-");
    }

    private SignedCookie Make(string token = "the token, the one and only", string purpose = "session", bool isHttps = false) =>
        new(new ConsoleToken(token), purpose, Lifetime, isHttps, _time);
}
