using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>OpenSSL's lines, which name its own functions, in words that name what to look at.</summary>
internal static class MosquittoTlsError
{
    public static string Describe(IReadOnlyCollection<string> lines, MqttOptions options)
    {
        var text = string.Join("; ", lines);
        return true switch
        {
            _ when Has("host name verification failed") =>
                $"TLS: the broker's certificate is not for the host name '{options.Host}'",
            _ when Has("certificate verify failed") => options.Tls?.CaFile is { } file
                ? $"TLS: the broker's certificate is not signed by an authority in '{file}' (mqtt.tls.caFile), or is not valid now"
                : "TLS: the broker's certificate is not signed by an authority that this system trusts, or is not valid now; "
                    + "give the authority in mqtt.tls.caFile",
            _ when Has("wrong version number") || Has("packet length too long") || Has("record layer failure") =>
                $"TLS: what answers at port {options.Port} does not speak TLS",
            _ when Has("certificate required") || Has("peer did not return a certificate") =>
                "TLS: the broker wants a client certificate: give mqtt.tls.certificateFile and mqtt.tls.keyFile",
            _ when Has("alert unknown ca") || Has("alert bad certificate") || Has("alert certificate") =>
                $"TLS: the broker does not accept the client certificate '{options.Tls?.CertificateFile}'",
            _ when Has("handshake failure") => "TLS: the broker refused the handshake: it may want a client certificate",
            _ when Has("unable to load ca") => $"TLS: '{options.Tls?.CaFile}' (mqtt.tls.caFile) holds no certificate in PEM form",
            _ when Has("inconsistent") || Has("key values mismatch") =>
                $"TLS: the key '{options.Tls?.KeyFile}' does not belong to the certificate '{options.Tls?.CertificateFile}'",
            _ when Has("unable to load client certificate") =>
                $"TLS: '{options.Tls?.CertificateFile}' (mqtt.tls.certificateFile) holds no certificate in PEM form",
            _ when Has("unable to load client key") =>
                $"TLS: '{options.Tls?.KeyFile}' (mqtt.tls.keyFile) holds no private key in PEM form without a passphrase",
            _ when Has("unexpected eof") => "TLS: the broker closed the connection in the middle of the handshake",
            _ => text.Length == 0 ? "TLS failed" : $"TLS: {text}",
        };

        bool Has(string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
    }
}
