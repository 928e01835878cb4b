using SshMqttBridge.Common;
using SshMqttBridge.Policies;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of a server, and of the section <c>defaults</c>.</summary>
internal static class ServerSettings
{
    private const int MaximumSeparatorLength = 256;

    private static readonly SettingTableBuilder Rows = new();
    private static readonly ServerOptions Defaults = OptionDefaults.Server;

    public static OptionalSetting<string> Host { get; } =
        Rows.AddRequired("host", SettingTypes.Host, "the server's name or address", "Name or address of the server.");

    public static Setting<int> Port { get; } = Rows.Add("port", SettingTypes.Port, Defaults.Port, "Port of the SSH server.");

    public static OptionalSetting<string> User { get; } =
        Rows.AddRequired(
            "user",
            new TextType("text", ValidateUser, static () => SchemaKeywords.Word(SchemaPatterns.Line, 256)),
            "the user to log in as",
            "The user to log in as."
        );

    public static OptionalSetting<Secret> Password { get; } =
        Rows.AddOptional("password", SettingTypes.Secret, "none", "Password, or the name of a private key's file.");

    public static FileSetting PasswordFile { get; } =
        Rows.AddFile("passwordFile", "none", "File that contains the password, instead of password.");

    public static FileSetting PrivateKeyFile { get; } =
        Rows.Add(
            new FileSetting(
                "privateKeyFile",
                SettingTypes.File,
                "none",
                "Private key in PEM, OpenSSH or PuTTY format. PuTTY's requires `sshLibrary: sshnet`."
            )
            {
                IsSecret = true,
                ValidateContent = CredentialResolver.ValidatePrivateKey,
            }
        );

    public static OptionalSetting<Secret> Passphrase { get; } =
        Rows.AddOptional("passphrase", SettingTypes.Secret, "none", "Passphrase of the private key.");

    public static FileSetting PassphraseFile { get; } =
        Rows.AddFile("passphraseFile", "none", "File that contains the passphrase, instead of passphrase.");

    public static FileSetting CertificateFile { get; } =
        Rows.AddFile("certificateFile", "`<key>-cert.pub`, if it exists", "Certificate of the private key.");

    public static OptionalSetting<bool> Agent { get; } =
        Rows.AddOptional(
            "agent",
            SettingTypes.Flag,
            "`true` only without password and key",
            "Whether to offer the keys of the SSH agent at SSH_AUTH_SOCK."
        );

    public static Setting<HostKeyPolicy> HostKey { get; } =
        Rows.Add(
            "hostKey",
            new ParsedType<HostKeyPolicy>(
                "`accept-new`, `strict`, `SHA256:…`",
                HostKeyRules.Parse,
                HostKeyRules.Schema,
                HostKeyRules.Format
            ),
            Defaults.HostKey,
            "Host keys to accept: trust on first use, those in known_hosts, or the one with this fingerprint."
        );

    public static Setting<SshLibrary> SshLibrary { get; } =
        Rows.Add(
            "sshLibrary",
            new ChoiceType<SshLibrary>(("sshnet", Configuration.SshLibrary.SshNet), ("libssh", Configuration.SshLibrary.LibSsh)),
            Defaults.SshLibrary,
            "SSH library of the connection. libssh is for hundreds of servers and requires libssh.so.4."
        );

    public static SectionSetting Algorithms { get; } =
        Rows.Add(
            new SectionSetting("algorithms", AlgorithmSettings.Table, "Allowed algorithms, to connect to old servers.")
            {
                Default = "the library's default",
            }
        );

    public static Setting<StandardOutputMode> StandardOutput { get; } =
        Rows.Add(
            "stdout",
            new ChoiceType<StandardOutputMode>(
                ("true", StandardOutputMode.AtEnd),
                ("false", StandardOutputMode.Never),
                ("line", StandardOutputMode.ByLine)
            ),
            Defaults.StandardOutput,
            "When out and err are published: when the command has ended, never, or line by line while it runs."
        );

    public static Setting<ExitStatusRule> ExitStatus { get; } =
        Rows.Add(
            "exitStatus",
            new ChoiceType<ExitStatusRule>(("required", ExitStatusRule.Required), ("optional", ExitStatusRule.Optional)),
            Defaults.ExitStatus,
            "`optional`: a command for which the server returns no exit status has succeeded when its output has ended."
        );

    public static Setting<StopRule> Stop { get; } =
        Rows.Add(
            "stop",
            new ChoiceType<StopRule>(("auto", StopRule.Auto), ("signal", StopRule.Signal)),
            Defaults.Stop,
            "How commands are stopped: `auto` by signals and, if necessary, a script on the server; `signal` never runs a script."
        );

    public static Setting<string> LineSeparator { get; } =
        Rows.Add(
            "lineSeparator",
            new TextType(
                $"text, up to {MaximumSeparatorLength} characters",
                static text =>
                    text.Length > MaximumSeparatorLength ? $"must not be longer than {MaximumSeparatorLength} characters" : null,
                static () => SchemaKeywords.Text(maximumLength: MaximumSeparatorLength)
            ),
            Defaults.LineSeparator,
            "Separator between the lines of out and err."
        );

    public static Setting<bool> ReportSchedules { get; } =
        Rows.Add(
            "reportSchedules",
            SettingTypes.Flag,
            Defaults.ReportSchedules,
            "Whether `last` is also the result of scheduled runs."
        );

    public static Setting<bool> PersistentConnection { get; } =
        Rows.Add(
            "persistentConnection",
            SettingTypes.Flag,
            Defaults.PersistentConnection,
            "`false` connects when there is a command, and disconnects idleTimeout after the last one."
        );

    public static Setting<bool> ShutdownWhenInactive { get; } =
        Rows.Add(
            "shutdownWhenInactive",
            SettingTypes.Flag,
            Defaults.ShutdownWhenInactive,
            "Closes the SSH connection while the bridge is not connected to the broker."
        );

    public static Setting<int> QueueLimit { get; } =
        Rows.Add("queueLimit", new WholeNumberType(1, 10_000), Defaults.QueueLimit, "Maximum number of queued commands.");

    public static Setting<int> MaxOutputBytes { get; } =
        Rows.Add(
            "maxOutputBytes",
            new WholeNumberType(0, 64 << 20, "bytes"),
            Defaults.MaxOutputBytes,
            "Maximum number of bytes to keep of each of out and err."
        );

    public static Setting<TimeSpan> ConnectTimeout { get; } =
        Rows.Add(
            "connectTimeout",
            new SecondsType(0.1m, 600),
            Defaults.ConnectTimeout,
            "Timeout for connecting and logging in, in seconds."
        );

    public static Setting<TimeSpan> KeepAlive { get; } =
        Rows.Add("keepAlive", new SecondsType(0.1m, 3600), Defaults.KeepAlive, "Seconds between two keep-alive messages.");

    public static Setting<int> KeepAliveCount { get; } =
        Rows.Add(
            "keepAliveCount",
            new WholeNumberType(1, 100),
            Defaults.KeepAliveCount,
            "Number of unanswered keep-alive messages after which the connection is lost."
        );

    public static Setting<TimeSpan> TransferTimeout { get; } =
        Rows.Add(
            "transferTimeout",
            new SecondsType(0.1m, 86_400),
            Defaults.TransferTimeout,
            "Seconds without progress after which get and put fail."
        );

    public static Setting<TimeSpan> IdleTimeout { get; } =
        Rows.Add(
            "idleTimeout",
            new SecondsType(0, 86_400),
            Defaults.IdleTimeout,
            "Seconds that a connection stays open after its last command, if persistentConnection is false."
        );

    public static Setting<CommandRule> Commands { get; } =
        Rows.Add(
            "commands",
            new CommandRuleType(),
            Defaults.Policy.Commands,
            "Commands that exec may run: any, named actions only, or those that one of the expressions matches as a whole."
        );

    public static Setting<TransferRule> Transfers { get; } =
        Rows.Add(
            "transfers",
            new ChoiceType<TransferRule>(
                ("true", TransferRule.Both),
                ("false", TransferRule.None),
                ("get", TransferRule.Get),
                ("put", TransferRule.Put)
            ),
            Defaults.Policy.Transfers,
            "Directions in which files may be copied: get only from the server, put only to it."
        );

    public static Setting<RateLimit?> RateLimit { get; } =
        Rows.Add(
            "rateLimit",
            new ParsedType<RateLimit?>(RateLimitRules.Text, RateLimitRules.Parse, RateLimitRules.Schema, RateLimitRules.Format),
            Defaults.Policy.RateLimit,
            "Maximum rate of exec, run, get and put commands, for example 30/min."
        );

    public static MapSetting Actions { get; } =
        Rows.Add(
            new MapSetting(
                "actions",
                SchemaPatterns.ActionName,
                "action",
                "none",
                "Named commands. A server also has those of the defaults; `false` removes one."
            )
        );

    public static SettingTable Table { get; } = Rows.Build();

    private static string? ValidateUser(string text) =>
        text.Length is 0 or > 256 || text.Any(char.IsControl) ? "must be a user name of 1 to 256 characters" : null;
}
