using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the section <c>mqtt.tls</c>.</summary>
internal static class TlsReader
{
    private const string NotVerified =
        "mqtt.tls.verify is false: the bridge does not verify the broker's certificate, so a man in the middle can read and send "
        + "commands; set mqtt.tls.caFile to the certificate of its authority instead";

    /// <summary>
    /// Returns the options as far as they are valid, or null without TLS; the rest are faults. Without TLS the files need not
    /// exist.
    /// </summary>
    public static MqttTlsOptions? Read(SectionReader section)
    {
        var isEnabled = section.Read(TlsSettings.Enabled);
        if (isEnabled)
        {
            section.RequireBoth(TlsSettings.CertificateFile, TlsSettings.KeyFile);
        }

        var options = new MqttTlsOptions(
            section.ReadFile(TlsSettings.CaFile, isEnabled),
            section.ReadFile(TlsSettings.CertificateFile, isEnabled),
            section.ReadFile(TlsSettings.KeyFile, isEnabled)
        )
        {
            ServerName = section.Read(TlsSettings.ServerName),
            Verify = section.Read(TlsSettings.Verify),
        };
        if (isEnabled && !options.Verify)
        {
            section.Context.Diagnostics.Warn(NotVerified);
        }

        return isEnabled ? options : null;
    }
}
