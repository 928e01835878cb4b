using System.ComponentModel;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>One TLS handshake with a broker: checks its certificate and describes failures.</summary>
internal sealed class TlsHandshake(TlsFiles files, BrokerAddress broker)
{
    private string? _refusal;

    private string HostName => files.Settings.ServerName ?? broker.Host;

    /// <summary>Wraps the stream, which the result then owns.</summary>
    /// <exception cref="MqttConnectionException">The bridge or the broker refused the other's certificate, or the peer does
    /// not use TLS.</exception>
    public async Task<SslStream> AuthenticateAsync(Stream stream, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(), cancellationToken);
            return tls;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or Win32Exception)
        {
            await tls.DisposeAsync();
            throw new MqttConnectionException(MqttFault.Unreachable, $"{broker}: {_refusal ?? Describe(e)}", inner: e);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The description of an alert of the broker, which with TLS 1.3 may arrive after the handshake; null: the exception
    /// is a different one.
    /// </summary>
    public static string? DescribeAlert(Exception e, MqttTlsOptions settings)
    {
        var text = e.ToString();
        return true switch
        {
            _ when Has("certificate required") || Has("certificate_required") || Has("did not return a certificate") =>
                "TLS: the broker requires a client certificate: set mqtt.tls.certificateFile and mqtt.tls.keyFile",
            _ when Has("unknown ca") || Has("bad certificate") || Has("alert certificate") =>
                $"TLS: the broker does not accept the client certificate '{settings.CertificateFile}'",
            _ => null,
        };

        bool Has(string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    private SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = HostName,
            ClientCertificateContext = files.Certificate,
            RemoteCertificateValidationCallback = (_, _, _, errors) => !files.Settings.Verify || IsTrusted(errors),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (files.Authorities is { } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }

    private bool IsTrusted(SslPolicyErrors errors)
    {
        _refusal = errors switch
        {
            SslPolicyErrors.None => null,
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "TLS: the broker sent no certificate",
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) => files.Settings.CaFile is { } file
                ? $"TLS: the broker's certificate is not signed by an authority in '{file}' (mqtt.tls.caFile), "
                    + "or is not valid now"
                : "TLS: the broker's certificate is not signed by an authority that this system trusts, or is not valid now; "
                    + "set mqtt.tls.caFile to the authority's certificate",
            _ => $"TLS: the broker's certificate is not for the host name '{HostName}'; if it is the intended broker, "
                + "set mqtt.tls.serverName to a name in the certificate",
        };
        return errors == SslPolicyErrors.None;
    }

    private string Describe(Exception e)
    {
        var text = e.ToString();
        return DescribeAlert(e, files.Settings)
            ?? true switch
            {
                _ when Has("wrong version number")
                        || Has("packet length too long")
                        || Has("frame size")
                        || Has("corrupted frame") => $"TLS: the peer at port {broker.Port} does not use TLS",
                _ when Has("handshake failure") => "TLS: the broker refused the handshake: it may require a client certificate",
                _ when Has("protocol version") => "TLS: the broker and this system have no version of TLS in common",
                _ when Has("eof") => "TLS: the broker closed the connection in the middle of the handshake",
                _ => $"TLS: {e.InnerException?.Message ?? e.Message}",
            };

        bool Has(string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}
