using System.Net;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Tree;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads a server's section, with the defaults behind it.</summary>
internal static class ServerReader
{
    /// <summary>Says what a server's id must be, or null if it is right.</summary>
    public static string? ValidateId(string id) =>
        id == "bridge" ? "is reserved for the bridge's own topics; name the server otherwise"
        : id.Length is > 0 and <= 64
        && id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-')
            ? null
        : "must be an id of 1 to 64 of the characters a-z, 0-9, _ and -";

    /// <summary>Returns what could be read; faults stand where something could not.</summary>
    /// <param name="id">Null reads the defaults for their own sake: nothing is required of them.</param>
    /// <param name="secretWritten">Whether the configuration file holds a secret of this server.</param>
    public static ServerOptions Read(
        ReadingContext context,
        string? id,
        MappingNode values,
        MappingNode defaultValues,
        out bool secretWritten
    )
    {
        IReadOnlyList<(string Path, MappingNode Values)> layers = id is null
            ? [("defaults", defaultValues)]
            : [(ConfigurationPath.Join(ConfigurationKeys.Servers, id), values), ("defaults", defaultValues)];
        var section = new SectionReader(context, ConfigurationKeys.Server, layers);
        var defaults = new ServerOptions
        {
            Id = id ?? "",
            Host = section.Text("host", HostRules.ValidateHost) ?? "",
            User = section.Text("user", ValidateUser) ?? "",
            KeyDirectory = context.Directory,
        };
        if (id is not null)
        {
            Require(section, "host", "the server's name or address");
            Require(section, "user", "whom to log in as");
        }

        var password = section.Secret("password", "passwordFile", out var passwordWritten);
        var keyFile = password is null ? null : CredentialResolver.KeyFileNamedBy(password, context.Directory);
        if (keyFile is not null && SmallFile.TryRead(keyFile, 0, out var key, out _))
        {
            context.Diagnostics.WarnIfExposed(keyFile, key.Mode);
        }

        var passphrase = section.Secret("passphrase", "passphraseFile", out var passphraseWritten);
        secretWritten = passphraseWritten || (passwordWritten && keyFile is null);
        var certificate = section.ReadableFile("certificateFile", secret: false);
        if (certificate is not null && id is not null && !section.Has("privateKeyFile") && keyFile is null)
        {
            section.Fault("certificateFile", "is given without its key; add 'privateKeyFile'");
        }

        var library =
            section.Choice<SshLibrary?>("sshLibrary", ("sshnet", SshLibrary.SshNet), ("libssh", SshLibrary.LibSsh))
            ?? defaults.SshLibrary;
        var options = defaults with
        {
            Port = section.WholeNumber("port", 1, IPEndPoint.MaxPort) ?? defaults.Port,
            Password = password,
            PrivateKeyFile = section.ReadableFile("privateKeyFile", secret: true, CredentialResolver.ValidatePrivateKey),
            Passphrase = passphrase,
            CertificateFile = certificate,
            Agent = section.Flag("agent"),
            HostKey = ReadHostKey(section) ?? defaults.HostKey,
            SshLibrary = library,
            Algorithms = AlgorithmsReader.Read(context, layers, library),
            StandardOutput =
                section.Choice<StandardOutputMode?>(
                    "stdout",
                    ("true", StandardOutputMode.AtEnd),
                    ("false", StandardOutputMode.Never),
                    ("line", StandardOutputMode.ByLine)
                ) ?? defaults.StandardOutput,
            LineSeparator =
                section.Text("lineSeparator", text => text.Length > 256 ? "must not be longer than 256 characters" : null)
                ?? defaults.LineSeparator,
            PersistentConnection = section.Flag("persistentConnection") ?? defaults.PersistentConnection,
            ShutdownWhenInactive = section.Flag("shutdownWhenInactive") ?? defaults.ShutdownWhenInactive,
            QueueLimit = section.WholeNumber("queueLimit", 1, 10_000) ?? defaults.QueueLimit,
            MaxOutputBytes = section.WholeNumber("maxOutputBytes", 0, 64 << 20, " of bytes") ?? defaults.MaxOutputBytes,
            ConnectTimeout = section.Seconds("connectTimeout", 0.1m, 600) ?? defaults.ConnectTimeout,
            KeepAlive = section.Seconds("keepAlive", 0.1m, 3600) ?? defaults.KeepAlive,
            KeepAliveCount = section.WholeNumber("keepAliveCount", 1, 100) ?? defaults.KeepAliveCount,
            TransferTimeout = section.Seconds("transferTimeout", 0.1m, 86_400) ?? defaults.TransferTimeout,
            IdleTimeout = section.Seconds("idleTimeout", 0, 86_400) ?? defaults.IdleTimeout,
            Policy = PolicyReader.Read(section),
            Actions = ActionsReader.Read(context, layers),
        };
        if (
            options.StandardOutput == StandardOutputMode.Never
            && options.Actions.FirstOrDefault(action => action.Schedule is not null) is { } action
        )
        {
            context.Diagnostics.Warn(
                $"{layers[0].Path}.actions.{action.Name}: runs by a schedule, but its output is not published, as 'stdout' is false"
            );
        }

        return options;
    }

    private static void Require(SectionReader section, string key, string what)
    {
        if (!section.Has(key))
        {
            section.Fault(key, $"is missing: {what}");
        }
    }

    private static HostKeyPolicy? ReadHostKey(SectionReader section) =>
        section.Text(
            "hostKey",
            text =>
                ParseHostKey(text) is null
                    ? "must be accept-new, strict, or a fingerprint such as SHA256: and 43 characters of base64 (ssh-keygen -lf prints it)"
                    : null
        )
            is { } text
            ? ParseHostKey(text)
            : null;

    private static HostKeyPolicy? ParseHostKey(string text) =>
        text switch
        {
            "accept-new" => HostKeyPolicy.AcceptNew,
            "strict" => HostKeyPolicy.Strict,
            _ when IsFingerprint(text) => new HostKeyPolicy(HostKeyMode.Pinned, text.TrimEnd('=')),
            _ => null,
        };

    private static string? ValidateUser(string text) =>
        text.Length is 0 or > 256 || text.Any(char.IsControl) ? "must be a user name of 1 to 256 characters" : null;

    private static bool IsFingerprint(string text)
    {
        const string Prefix = "SHA256:";
        var hash = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].TrimEnd('=') : "";
        Span<byte> bytes = stackalloc byte[32];
        return hash.Length == 43
            && Convert.TryFromBase64String(hash + "=", bytes, out var count)
            && count == bytes.Length
            // A last character with bits beyond the 256th is one that no hash ends in.
            && Convert.ToBase64String(bytes) == hash + "=";
    }
}
