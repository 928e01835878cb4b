using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

public sealed class KnownHostsLineTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw";

    [Theory]
    [InlineData("nas", "nas", true)]
    [InlineData("NAS", "nas", true)]
    [InlineData("nas", "NAS", true)]
    [InlineData("nas", "nas2", false)]
    [InlineData("a,nas,192.0.2.10", "192.0.2.10", true)]
    [InlineData("*.example", "nas.example", true)]
    [InlineData("*.example", "nas.example.org", false)]
    [InlineData("192.0.2.?", "192.0.2.1", true)]
    [InlineData("192.0.2.?", "192.0.2.10", false)]
    [InlineData("*", "anything", true)]
    [InlineData("*.example,!nas.example", "nas.example", false)]
    [InlineData("!nas.example,*.example", "nas.example", false)]
    [InlineData("*.example,!nas.example", "router.example", true)]
    [InlineData("!nas", "router", false)]
    [InlineData("fe80::1", "fe80::1", true)]
    // ssh-keygen -H made this one of "nas.example".
    [InlineData("|1|AU2PEtvnw4CGhRFLYTDp507MEqk=|SnTm3drvx7yrB0gZ092FiILxfUU=", "nas.example", true)]
    [InlineData("|1|AU2PEtvnw4CGhRFLYTDp507MEqk=|SnTm3drvx7yrB0gZ092FiILxfUU=", "nas.example2", false)]
    public void Matches_GivenAHost_ShouldGoByTheRulesOfSshd(string hosts, string host, bool matches) =>
        KnownHostsLine
            .Parse($"{hosts} {Key} comment")
            .ShouldNotBeNull()
            .Matches(KnownHostsLine.NameOf(host, 22))
            .ShouldBe(matches);

    [Theory]
    [InlineData("[nas]:2222", true)]
    [InlineData("[*]:2222", true)]
    [InlineData("nas", false)]
    [InlineData("[nas]:22", false)]
    public void Matches_GivenAPort_ShouldBePartOfTheName(string hosts, bool matches) =>
        KnownHostsLine.Parse($"{hosts} {Key}").ShouldNotBeNull().Matches(KnownHostsLine.NameOf("nas", 2222)).ShouldBe(matches);

    [Theory]
    [InlineData("nas")]
    [InlineData("nas ssh-ed25519")]
    [InlineData("nas ssh-ed25519 !!!!")]
    [InlineData("nas ssh-ed25519 AAAA")]
    [InlineData("nas ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw")]
    [InlineData("@what nas " + Key)]
    [InlineData("@revoked " + Key)]
    [InlineData("nas,,router " + Key)]
    [InlineData("|1|short|short " + Key)]
    [InlineData("|1|NiTnLtaPY7r+l1zq7Gv5tjh6y7s= " + Key)]
    [InlineData("nas ssh-ed25519 /////w==")]
    public void Parse_GivenAnInvalidLine_ShouldReportIt(string line) => KnownHostsLine.Parse(line).ShouldBeNull();

    [Fact]
    public void Matches_GivenAPatternWithManyStars_ShouldReturnSoon()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 2_000)) + "b";

        KnownHostsLine.Parse($"{pattern} {Key}").ShouldNotBeNull().Matches(new string('a', 10_000)).ShouldBeFalse();
    }

    [Fact]
    public void Format_GivenAnyHostAndKey_ShouldBeReadBack()
    {
        var hosts = Gen.Elements("nas", "192.0.2.10", "fe80::1%eth0", "nas.example", "NAS", "a_b");
        var cases =
            from host in hosts
            from port in Gen.Choose(1, 65_535)
            from type in Gen.Elements("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "sk-new@example.com")
            from content in Gen.Choose(0, 255).Select(value => (byte)value).ListOf()
            select (host, port, key: HostKeys.Of(type, content.ToArray()));

        Prop.ForAll(
                cases.ToArbitrary(),
                one =>
                {
                    var line = KnownHostsLine.Parse(KnownHostsLine.Format(one.host, one.port, one.key));
                    return line is not null
                        && line.Key.Equals(one.key)
                        && line.Marker == KnownHostsMarker.None
                        && line.Matches(KnownHostsLine.NameOf(one.host, one.port))
                        && !line.Matches(KnownHostsLine.NameOf(one.host, one.port % 65_535 + 1));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parse_GivenAnyText_ShouldNeverThrow() =>
        Prop.ForAll<string?>(text => KnownHostsLine.IsBlank(text ?? "") || KnownHostsLine.Parse(text!)?.Matches("nas") != true)
            .QuickCheckThrowOnFailure();
}
