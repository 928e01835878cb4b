using Renci.SshNet;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

/// <summary>The supported algorithms, and the message if none matches.</summary>
public sealed class AlgorithmCatalogTests
{
    private static readonly AlgorithmCatalog Catalog = AlgorithmCatalog.Of(SshLibrary.SshNet);

    [Fact]
    public void Known_GivenSshNet_ShouldMatchItsAlgorithms()
    {
        using NoneAuthenticationMethod none = new("nobody");
        ConnectionInfo info = new("192.0.2.1", "nobody", none);

        Catalog.Known(AlgorithmKind.KeyExchange).ShouldBe(info.KeyExchangeAlgorithms.Keys, ignoreOrder: true);
        Catalog.Known(AlgorithmKind.Ciphers).ShouldBe(info.Encryptions.Keys, ignoreOrder: true);
        Catalog.Known(AlgorithmKind.Macs).ShouldBe(info.HmacAlgorithms.Keys, ignoreOrder: true);
        Catalog
            .Known(AlgorithmKind.HostKeys)
            .ShouldBe(
                info.HostKeyAlgorithms.Keys.Where(name => !name.Contains("-cert-", StringComparison.Ordinal)),
                ignoreOrder: true
            );
    }

    [Theory]
    [InlineData(AlgorithmKind.KeyExchange)]
    [InlineData(AlgorithmKind.Ciphers)]
    [InlineData(AlgorithmKind.Macs)]
    [InlineData(AlgorithmKind.HostKeys)]
    [InlineData(AlgorithmKind.Signatures)]
    public void Default_GivenAKind_ShouldHoldNothingOldOrSlow(object kind) =>
        Catalog
            .Default((AlgorithmKind)kind)
            .ShouldNotContain(name =>
                name.Contains("sha1", StringComparison.Ordinal)
                || name.Contains("cbc", StringComparison.Ordinal)
                || name == "ssh-rsa"
                || name.Contains("group18", StringComparison.Ordinal)
            );

    [Fact]
    public void Default_GivenKeyExchange_ShouldBeginWithOneThatAQuantumComputerDoesNotBreak() =>
        Catalog.Default(AlgorithmKind.KeyExchange)[0].ShouldBe("mlkem768x25519-sha256");

    [Fact]
    public void HostKeysFor_GivenAKnownRsaKey_ShouldPutItsSignaturesFirst()
    {
        var request = Request() with { HostKeyTypes = ["ssh-rsa", "ssh-ed25519"] };

        Catalog.HostKeysFor(request).ShouldBe(["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"]);
    }

    [Fact]
    public void HostKeysFor_GivenAKnownKeyOfADisallowedType_ShouldReportIt()
    {
        var request = Request() with { HostKeyTypes = ["ssh-dss"] };

        Should.Throw<SshConnectionException>(() => Catalog.HostKeysFor(request)).Fault.ShouldBe(SshFault.HostKey);
    }

    [Fact]
    public void Explain_GivenAnUnknownOffer_ShouldListTheSupportedAlgorithmsAndNoSetting()
    {
        var explained = AlgorithmMismatch.Explain(Catalog, Request(), AlgorithmKind.Ciphers, ["arcfour", "\u001b[31mred"]);

        explained.Message.ShouldContain("it offers arcfour, \\x1b[31mred");
        explained.Message.ShouldContain("aes128-gcm@openssh.com");
        explained.Message.ShouldNotContain("algorithms:");
    }

    [Fact]
    public void Mismatch_GivenMacsThatTheCipherDoesNotNeed_ShouldBeNull()
    {
        ServerOffer offer = new(["curve25519-sha256"], ["ssh-ed25519"], ["aes128-gcm@openssh.com"], ["hmac-md5"]);

        offer.Mismatch(Catalog, AlgorithmOptions.Default, ["ssh-ed25519"]).ShouldBeNull();
        (offer with { Ciphers = ["aes128-ctr"] })
            .Mismatch(Catalog, AlgorithmOptions.Default, ["ssh-ed25519"])!
            .Value.Kind.ShouldBe(AlgorithmKind.Macs);
    }

    private static SshConnectRequest Request() =>
        new()
        {
            Host = "nas",
            Port = 22,
            Credentials = new SshCredentials { User = "admin" },
            RefuseHostKey = static _ => null,
        };
}
