using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>webConsole</c>.</summary>
internal static class WebConsoleReader
{
    /// <summary>Returns what could be read; faults stand where something could not. What is not enabled needs no files, but what is wrong is told.</summary>
    public static WebConsoleOptions Read(ReadingContext context, MappingNode values)
    {
        var section = new SectionReader(context, ConfigurationKeys.WebConsole, ("webConsole", values));
        var defaults = new WebConsoleOptions();
        var isEnabled = section.Flag("enabled") == true;
        var options = defaults with
        {
            Enabled = isEnabled,
            Url = section.Text("url", ValidateUrl) is { } url ? new Uri(url) : defaults.Url,
            HostNames = section.List("hostNames", ValidateName) ?? defaults.HostNames,
            TokenFile = isEnabled
                ? section.ReadableFile("tokenFile", secret: true, ValidateToken)
                : section.FilePath("tokenFile"),
            CertificateFile = isEnabled
                ? section.ReadableFile("certificateFile", secret: false)
                : section.FilePath("certificateFile"),
            KeyFile = isEnabled ? section.ReadableFile("keyFile", secret: true) : section.FilePath("keyFile"),
            AllowPlainHttp = section.Flag("allowPlainHttp") == true,
        };
        if (isEnabled)
        {
            CheckEncryption(section, options);
        }

        return options;
    }

    private static void CheckEncryption(SectionReader section, WebConsoleOptions options)
    {
        if (section.Has("certificateFile") != section.Has("keyFile"))
        {
            var (missing, given) = section.Has("keyFile") ? ("certificateFile", "keyFile") : ("keyFile", "certificateFile");
            section.Fault(missing, $"is missing: it goes together with '{given}'");
            return;
        }

        if (options.Url.Scheme == Uri.UriSchemeHttps)
        {
            if (!section.Has("certificateFile"))
            {
                section.Fault("certificateFile", "is missing: 'url' says https, which needs 'certificateFile' and 'keyFile'");
            }
            else if (options is { CertificateFile: { } certificate, KeyFile: { } key })
            {
                CheckCertificate(section, certificate, key);
            }
        }
        else if (section.Has("certificateFile"))
        {
            section.Fault("url", "must begin with https:// where there is a 'certificateFile'");
        }
        else if (!options.Url.IsLoopback && !options.AllowPlainHttp)
        {
            section.Fault(
                "url",
                $"would let the token and all output go over the network unencrypted: use https:// with 'certificateFile' and 'keyFile', "
                    + $"or http://127.0.0.1:{options.Url.Port} with a proxy that encrypts, or say 'allowPlainHttp: true' to mean it"
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
                "certificateFile",
                $"{certificateFile} and 'keyFile' {keyFile} must be a certificate and its key as PEM: {exception.Message.TrimEnd('.')}"
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            section.Fault("certificateFile", $"cannot be read: {exception.Message.TrimEnd('.')}");
        }
    }

    private static string? ValidateUrl(string text)
    {
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.UserInfo.Length > 0
            || url.PathAndQuery != "/"
            || url.Fragment.Length > 0
        )
        {
            return "must be where to listen, as http://127.0.0.1:8080 or https://[::]:8443, without a path";
        }

        var isLocalhost = url.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        if (!isLocalhost && !IPAddress.TryParse(url.DnsSafeHost, out _))
        {
            return "must name an address of this machine, localhost, or 0.0.0.0 or [::] for all; other names go into 'hostNames'";
        }

        return isLocalhost && url.Port == 0 ? "must have an address, as 127.0.0.1, where the port is 0" : null;
    }

    private static string? ValidateName(string text) =>
        Uri.CheckHostName(text) == UriHostNameType.Dns
            ? null
            : "must be a host name alone, as console.example.org, without scheme or port";

    private static string? ValidateToken(ReadOnlyMemory<byte> content) =>
        Encoding.UTF8.GetString(content.Span).Trim() is { Length: < WebConsoleOptions.ShortestToken }
            ? $"must hold a token of at least {WebConsoleOptions.ShortestToken} characters: 'openssl rand -hex 16' makes one"
            : null;
}
