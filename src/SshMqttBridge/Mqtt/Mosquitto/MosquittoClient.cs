using System.Runtime.InteropServices;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>Makes a native client for a request: everything that is set before it connects.</summary>
internal static unsafe class MosquittoClient
{
    // The library's own, said so that nobody wonders: it holds that many QoS 2 messages of any size until their handshake is over.
    private const int ReceiveMaximum = 20;

    private const string SystemAuthorities = "/etc/ssl/certs";

    /// <exception cref="MqttConnectionException">A setting that the library does not take, or a file that cannot be read.</exception>
    public static MosquittoHandle Create(MqttConnectRequest request, nint userData)
    {
        var options = request.Options;
        var client = new MosquittoHandle(options.ClientId, userData);
        try
        {
            var isV5 = options.ProtocolVersion == MqttProtocolVersion.V5;
            Set(NativeMethods.OptionProtocolVersion, isV5 ? NativeMethods.ProtocolV5 : NativeMethods.ProtocolV311);
            Set(NativeMethods.OptionReceiveMaximum, ReceiveMaximum);
            // No limit in the library, because it searches the whole list at each acknowledgement; ours is MosquittoConnection's window.
            Set(NativeMethods.OptionSendMaximum, 0);
            Set(NativeMethods.OptionTcpNoDelay, 1);
            if (options.Username is not null || options.Password is not null)
            {
                // MQTT 3.1.1 has no password without a user name; an empty name is the nearest there is.
                var name = options.Username ?? (isV5 ? null : "");
                Check(NativeMethods.SetLogin(client, name, options.Password?.Reveal()), "user name or password");
            }

            fixed (byte* payload = request.Will.Payload.Span)
            {
                Check(
                    NativeMethods.SetWill(
                        client,
                        request.Will.Topic,
                        request.Will.Payload.Length,
                        payload,
                        qos: 1,
                        request.Will.Retain
                    ),
                    "last will"
                );
            }

            if (options.Tls is { } tls)
            {
                SetTls(client, tls);
            }

            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }

        void Set(int option, int value) => Check(NativeMethods.IntOption(client, option, value), "option");
    }

    private static void SetTls(MosquittoHandle client, MqttTlsOptions tls)
    {
        CheckReadable(tls.CaFile, "mqtt.tls.caFile");
        CheckReadable(tls.CertificateFile, "mqtt.tls.certificateFile");
        CheckReadable(tls.KeyFile, "mqtt.tls.keyFile");
        if (tls.CaFile is null)
        {
            Check(NativeMethods.IntOption(client, NativeMethods.OptionTlsUseSystemAuthorities, 1), "TLS");
        }

        Check(
            NativeMethods.SetTls(
                client,
                tls.CaFile,
                tls.CaFile is null ? SystemAuthorities : null,
                tls.CertificateFile,
                tls.KeyFile,
                &NoKeyPassword
            ),
            "TLS files"
        );
    }

    /// <summary>Without this OpenSSL would ask for a key's passphrase at the terminal and hang.</summary>
    [UnmanagedCallersOnly]
    private static int NoKeyPassword(byte* buffer, int size, int writing, nint userData) => 0;

    private static void CheckReadable(string? file, string setting)
    {
        if (file is null)
        {
            return;
        }

        try
        {
            using var stream = File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MqttConnectionException(MqttFault.Unreachable, $"TLS: {setting}: {e.Message}", inner: e);
        }
    }

    private static void Check(int result, string what)
    {
        if (result != MosquittoError.Success)
        {
            throw new MqttConnectionException(
                MqttFault.LoginRefused,
                $"libmosquitto does not take the {what}: {MosquittoError.Describe(result, 0)}",
                result
            );
        }
    }
}
