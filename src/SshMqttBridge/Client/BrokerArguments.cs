using System.Globalization;
using System.Net;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Client;

/// <summary>The options of mosquitto's clients that describe the connection to the broker.</summary>
internal sealed record BrokerArguments
{
    private const int TlsPort = 8883;
    private const string Valid = "-h, -p, -u, -P, -i, -k, --cafile, --cert, --key, --insecure, --tls-use-os-certs";

    private string Host { get; init; } = "localhost";
    private int? Port { get; init; }
    private string? User { get; init; }
    private Secret? Password { get; init; }
    private string? ClientId { get; init; }
    private TimeSpan? KeepAlive { get; init; }
    private string? CaFile { get; init; }
    private string? CertificateFile { get; init; }
    private string? KeyFile { get; init; }
    private bool UsesSystemCertificates { get; init; }
    private bool IsInsecure { get; init; }

    /// <summary>Reads the file with one option in each line; later options override earlier ones.</summary>
    /// <exception cref="ClientException">An option is unknown, or its value is not valid.</exception>
    public BrokerArguments WithFile(string text, string source)
    {
        var result = this;
        foreach (var line in text.Split('\n').Where(line => !line.StartsWith('#')))
        {
            // The value is the rest of the line: a password may contain spaces.
            var words = line.TrimEnd('\r').Split(' ', 2, StringSplitOptions.RemoveEmptyEntries);
            result = result.With([.. words.Select((word, i) => i == 0 ? word : word.TrimStart(' '))], source);
        }

        return result;
    }

    /// <summary>Reads options; later ones override earlier ones.</summary>
    /// <inheritdoc cref="WithFile" path="/exception"/>
    public BrokerArguments With(IReadOnlyList<string> words, string source)
    {
        var result = this;
        for (var i = 0; i < words.Count; i++)
        {
            if (result.WithFlag(words[i]) is { } withFlag)
            {
                result = withFlag;
            }
            else if (!TakesValue(words[i]))
            {
                // Any other word may be a part of a password.
                var what = words[i].StartsWith('-') ? $"unknown option {Printable.Name(words[i])}" : "a value without an option";
                throw Fault(source, $"{what}. Valid options: {Valid}");
            }
            else if (i + 1 == words.Count)
            {
                throw Fault(source, $"{words[i]} needs a value");
            }
            else
            {
                result = result.WithValue(words[i], words[++i], source);
            }
        }

        return result;
    }

    /// <summary>The options of the connection.</summary>
    /// <exception cref="ClientException">There is a certificate without its key, or a key without a certificate.</exception>
    public MqttOptions ToMqttOptions(string defaultClientId)
    {
        if (CertificateFile is null != KeyFile is null)
        {
            throw new ClientException(ClientExitStatus.Usage, "--cert and --key belong together");
        }

        // As mosquitto_pub: port 8883 means TLS with the authorities of the system.
        var isTls = CaFile is not null || CertificateFile is not null || UsesSystemCertificates || Port == TlsPort;
        MqttOptions defaults = new();
        return defaults with
        {
            Brokers = [new BrokerAddress(Host, Port ?? (isTls ? TlsPort : 1883))],
            Username = User,
            Password = Password,
            ClientId = ClientId ?? defaultClientId,
            KeepAlive = KeepAlive ?? defaults.KeepAlive,
            Tls = isTls ? new MqttTlsOptions(CaFile, CertificateFile, KeyFile) { Verify = !IsInsecure } : null,
        };
    }

    private static bool TakesValue(string option) =>
        option
            is "-h"
                or "--host"
                or "-p"
                or "--port"
                or "-u"
                or "--username"
                or "-P"
                or "--pw"
                or "-i"
                or "--id"
                or "-k"
                or "--keepalive"
                or "--cafile"
                or "--cert"
                or "--key"
                or "-V"
                or "--protocol-version"
                or "-q"
                or "--qos";

    private BrokerArguments? WithFlag(string option) =>
        option switch
        {
            "--insecure" => this with { IsInsecure = true },
            "--tls-use-os-certs" => this with { UsesSystemCertificates = true },
            _ => null,
        };

    private BrokerArguments WithValue(string option, string value, string source) =>
        option switch
        {
            "-h" or "--host" => this with { Host = value },
            "-p" or "--port" => this with { Port = Number(option, value, IPEndPoint.MaxPort, source) },
            "-u" or "--username" => this with { User = value },
            "-P" or "--pw" => this with { Password = new Secret(value) },
            "-i" or "--id" => this with { ClientId = value },
            "-k" or "--keepalive" => this with
            {
                KeepAlive = TimeSpan.FromSeconds(Number(option, value, ushort.MaxValue, source)),
            },
            "--cafile" => this with { CaFile = Path.GetFullPath(value) },
            "--cert" => this with { CertificateFile = Path.GetFullPath(value) },
            "--key" => this with { KeyFile = Path.GetFullPath(value) },
            // The client always uses MQTT 5 and QoS 1.
            _ => this,
        };

    private static int Number(string option, string value, int maximum, string source) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= maximum
            ? number
            : throw Fault(source, $"{option} must be a whole number from 1 to {maximum}");

    private static ClientException Fault(string source, string message) => new(ClientExitStatus.Usage, $"{source}: {message}");
}
