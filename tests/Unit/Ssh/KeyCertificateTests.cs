using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Ssh;

public sealed class KeyCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Find_GivenNoCertificate_ShouldReturnNull() => KeyCertificate.Find(Key()).ShouldBeNull();

    [Fact]
    public void Find_GivenACertificateBesideTheKey_ShouldReturnIt()
    {
        var certificate = _folder.Write("id-cert.pub", "");

        KeyCertificate.Find(Key()).ShouldBe(certificate);
    }

    [Fact]
    public void Find_GivenAConfiguredCertificate_ShouldPreferIt()
    {
        _folder.Write("id-cert.pub", "");
        var configured = _folder.Write("other.pub", "");

        KeyCertificate.Find(Key(configured)).ShouldBe(configured);
    }

    [Fact]
    public void Find_GivenAConfiguredCertificateThatDoesNotExist_ShouldThrow()
    {
        _folder.Write("id-cert.pub", "");
        var missing = _folder["missing.pub"];

        var exception = Should.Throw<SshConnectionException>(() => KeyCertificate.Find(Key(missing)));

        exception.Fault.ShouldBe(SshFault.Authentication);
        exception.Message.ShouldBe($"the certificate {missing} is missing");
    }

    private SshPrivateKey Key(string? certificate = null) => new(_folder["id"], Passphrase: null, certificate);
}
