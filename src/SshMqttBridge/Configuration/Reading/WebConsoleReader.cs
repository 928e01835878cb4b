using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>webConsole</c>.</summary>
internal static class WebConsoleReader
{
    /// <summary>
    /// Returns the options as far as they are valid; the rest are faults. A console that is not enabled needs no files.
    /// </summary>
    public static WebConsoleOptions Read(SectionReader section)
    {
        var isEnabled = section.Read(WebConsoleSettings.Enabled);
        var options = new WebConsoleOptions
        {
            Enabled = isEnabled,
            Url = section.Read(WebConsoleSettings.Url),
            HostNames = [.. section.Read(WebConsoleSettings.HostNames)],
            Origins = [.. section.Read(WebConsoleSettings.Origins)],
            TokenFile = section.ReadFile(WebConsoleSettings.TokenFile, isEnabled),
            CertificateFile = section.ReadFile(WebConsoleSettings.CertificateFile, isEnabled),
            KeyFile = section.ReadFile(WebConsoleSettings.KeyFile, isEnabled),
            AllowPlainHttp = section.Read(WebConsoleSettings.AllowPlainHttp),
            Files = section.Read(WebConsoleSettings.Files),
            TrustHostKeys = section.Read(WebConsoleSettings.TrustHostKeys),
            MaxUploadMiB = section.Read(WebConsoleSettings.MaxUploadMiB),
        };
        if (isEnabled && section.RequireBoth(WebConsoleSettings.CertificateFile, WebConsoleSettings.KeyFile))
        {
            CheckEncryption(section, options);
        }

        return options;
    }

    private static void CheckEncryption(SectionReader section, WebConsoleOptions options)
    {
        if (options.Url.Scheme == Uri.UriSchemeHttps)
        {
            if (!section.Has(WebConsoleSettings.CertificateFile))
            {
                section.Fault(
                    WebConsoleSettings.CertificateFile,
                    "is missing: an https 'url' requires 'certificateFile' and 'keyFile'"
                );
            }
            else if (options is { CertificateFile: { } certificate, KeyFile: { } key })
            {
                CheckCertificate(section, certificate, key);
            }
        }
        else if (section.Has(WebConsoleSettings.CertificateFile))
        {
            section.Fault(WebConsoleSettings.Url, "must begin with https:// if 'certificateFile' is set");
        }
        else if (!options.Url.IsLoopback && !options.AllowPlainHttp)
        {
            section.Fault(
                WebConsoleSettings.Url,
                "would send the token and all output over the network unencrypted: "
                    + "use https:// with 'certificateFile' and 'keyFile', "
                    + $"or http://127.0.0.1:{options.Url.Port} with a TLS proxy, or set 'allowPlainHttp: true'"
            );
        }
    }

    private static void CheckCertificate(SectionReader section, string certificateFile, string keyFile)
    {
        try
        {
            X509Certificate2.CreateFromPemFile(certificateFile, keyFile).Dispose();
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            section.Fault(
                WebConsoleSettings.CertificateFile,
                $"{certificateFile} and 'keyFile' {keyFile} must be a PEM certificate and its key: "
                    + exception.Message.TrimEnd('.')
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            section.Fault(WebConsoleSettings.CertificateFile, $"cannot be read: {exception.Message.TrimEnd('.')}");
        }
    }
}
