using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>A certificate authority of one test, which writes PEM files.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    /// <param name="above">The authority that signs this one; null: it is a root.</param>
    public TestAuthority(TestAuthority? above = null)
    {
        var name = above is null ? "CN=Test authority" : "CN=Test authority between";
        var request = new CertificateRequest(name, _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (above is null)
        {
            _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            return;
        }

        using var certificate = request.Create(
            above._certificate,
            new DateTimeOffset(above._certificate.NotBefore),
            new DateTimeOffset(above._certificate.NotAfter),
            RandomNumberGenerator.GetBytes(8)
        );
        _certificate = certificate.CopyWithPrivateKey(_key);
    }

    public void WriteAuthority(string file) => File.WriteAllText(file, _certificate.ExportCertificatePem());

    /// <param name="certificateFile">Written.</param>
    /// <param name="keyFile">Written, without a passphrase.</param>
    /// <param name="hostNames">What the certificate is for; none: a client.</param>
    public void Issue(string certificateFile, string keyFile, params string[] hostNames)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hostNames.FirstOrDefault("client")}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(hostNames.FirstOrDefault("client"));
        foreach (var name in hostNames.Skip(1))
        {
            if (IPAddress.TryParse(name, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _certificate,
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddHours(12),
            RandomNumberGenerator.GetBytes(8)
        );
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
