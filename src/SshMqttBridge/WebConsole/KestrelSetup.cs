using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.WebConsole;

/// <summary>Configures limits, address and certificate of the web server.</summary>
internal static class KestrelSetup
{
    public static void Apply(KestrelServerOptions kestrel, WebConsoleOptions options, ConnectionLimiter limiter)
    {
        kestrel.AddServerHeader = false;
        // More than the endpoints accept, so that the client of a slightly larger request can read the error response.
        kestrel.Limits.MaxRequestBodySize = 4 * CommandLimits.PayloadBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // Longer than clients keep an idle connection (.NET 60 s, Caddy 120 s): a request on a closing connection fails.
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        Listen(kestrel, options, limiter);
    }

    private static void Listen(KestrelServerOptions kestrel, WebConsoleOptions options, ConnectionLimiter limiter)
    {
        var url = options.Url;
        void Configure(ListenOptions listen)
        {
            // Before TLS, so that it also counts connections that never finish the handshake.
            listen.Use(limiter.Use);
            if (url.Scheme == Uri.UriSchemeHttps)
            {
                var certificate = X509Certificate2.CreateFromPemFile(options.CertificateFile!, options.KeyFile!);
                // The first certificate is the server certificate itself, which is harmless.
                var chain = new X509Certificate2Collection();
                chain.ImportFromPemFile(options.CertificateFile!);
                listen.UseHttps(
                    new HttpsConnectionAdapterOptions { ServerCertificate = certificate, ServerCertificateChain = chain }
                );
            }
        }

        if (IPAddress.TryParse(url.DnsSafeHost, out var address))
        {
            kestrel.Listen(address, url.Port, Configure);
        }
        else
        {
            kestrel.ListenLocalhost(url.Port, Configure);
        }
    }
}
