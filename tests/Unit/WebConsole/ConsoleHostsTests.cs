using SshMqttBridge.WebConsole;

namespace SshMqttBridge.Tests.Unit.WebConsole;

public sealed class ConsoleHostsTests
{
    private readonly ConsoleHosts _hosts = new(["console.example.org"], "tower");

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("127.0.0.1")]
    [InlineData("192.0.2.3")]
    [InlineData("[::1]")]
    [InlineData("[2001:db8::7]")]
    [InlineData("tower")]
    [InlineData("Tower.local")]
    [InlineData("console.example.org")]
    public void Allows_GivenAnAddressOrANameOfItsOwn_ShouldBeTrue(string host) => _hosts.Allows(host).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("console.example.org.evil.example")]
    [InlineData("evil-console.example.org")]
    [InlineData("[evil.example]")]
    [InlineData("[]")]
    [InlineData("tower.evil.example")]
    public void Allows_GivenAnotherName_ShouldBeFalse(string host) => _hosts.Allows(host).ShouldBeFalse();
}
