using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// The content of the files of <c>mqtt.tls</c>. Read for each connection, so that a renewed certificate takes effect.
/// </summary>
/// <param name="Settings">The settings with the file names.</param>
/// <param name="Authorities">The trusted authorities; null: those of the system.</param>
/// <param name="Certificate">The bridge's own certificate, with its key and chain; null: none.</param>
internal sealed record TlsFiles(
    MqttTlsOptions Settings,
    X509Certificate2Collection? Authorities,
    SslStreamCertificateContext? Certificate
)
{
    private const string CaFile = "mqtt.tls.caFile";
    private const string CertificateFile = "mqtt.tls.certificateFile";
    private const string KeyFile = "mqtt.tls.keyFile";

    /// <exception cref="MqttConnectionException">A file cannot be read, or has no usable content.</exception>
    public static TlsFiles Read(MqttTlsOptions settings) =>
        new(
            settings,
            settings.CaFile is { } authorities ? Certificates(Text(authorities, CaFile), authorities, CaFile) : null,
            settings is { CertificateFile: { } certificate, KeyFile: { } key } ? Own(certificate, key) : null
        );

    private static SslStreamCertificateContext Own(string file, string keyFile)
    {
        var pem = Text(file, CertificateFile);
        var key = Text(keyFile, KeyFile);
        var chain = Certificates(pem, file, CertificateFile);
        try
        {
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(pem, key), chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Fault(
                HoldsKey(key)
                    ? $"the key '{keyFile}' does not belong to the certificate '{file}'"
                    : $"'{keyFile}' ({KeyFile}) does not contain a PEM private key without a passphrase",
                e
            );
        }
    }

    private static bool HoldsKey(string pem) =>
        PemEncoding.TryFind(pem, out var found)
        && pem[found.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal)
        && !pem.Contains("ENCRYPTED", StringComparison.Ordinal);

    private static X509Certificate2Collection Certificates(string pem, string file, string setting)
    {
        X509Certificate2Collection certificates = [];
        CryptographicException? trouble = null;
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            trouble = e;
        }

        return certificates.Count > 0
            ? certificates
            : throw Fault($"'{file}' ({setting}) does not contain a PEM certificate", trouble);
    }

    private static string Text(string file, string setting)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault($"{setting}: {e.Message}", e);
        }
    }

    private static MqttConnectionException Fault(string words, Exception? inner) =>
        new(MqttFault.Unreachable, $"TLS: {words}", inner: inner);
}
