using SshMqttBridge.Common;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Configuration;

/// <summary>Options of one SSH server.</summary>
internal sealed record ServerOptions
{
    /// <summary>Matches <c>[a-z0-9_-]{1,64}</c> and is not <c>bridge</c>.</summary>
    public required string Id { get; init; }
    public required string Host { get; init; }
    public int Port { get; init; } = 22;
    public required string User { get; init; }

    /// <summary>A password, or the name of a private key's file: <see cref="Ssh.SshCredentials"/> decides which.</summary>
    public Secret? Password { get; init; }

    /// <summary>Absolute path, or null.</summary>
    public string? PrivateKeyFile { get; init; }
    public Secret? Passphrase { get; init; }

    /// <summary>Absolute path; null: <c>KEY-cert.pub</c> next to the key, if it exists, like OpenSSH.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Whether to offer the keys of the SSH agent. Null: only without a password and a key.</summary>
    public bool? Agent { get; init; }

    /// <summary>The base folder of relative key file names: that of the configuration file.</summary>
    public required string KeyDirectory { get; init; }

    public StandardOutputMode StandardOutput { get; init; } = StandardOutputMode.AtEnd;
    public string LineSeparator { get; init; } = "<br>";
    public bool PersistentConnection { get; init; } = true;

    /// <summary>Close the SSH connection while the bridge is inactive, that is, not connected to its broker.</summary>
    public bool ShutdownWhenInactive { get; init; }

    /// <summary>Whether scheduled runs also update <c>last</c>. Default: no.</summary>
    public bool ReportSchedules { get; init; }

    /// <summary>The SSH library. Default: SSH.NET.</summary>
    public SshLibrary SshLibrary { get; init; } = SshLibrary.SshNet;

    /// <summary>The allowed algorithms. Default: those that the library considers secure.</summary>
    public AlgorithmOptions Algorithms { get; init; } = AlgorithmOptions.Default;
    public HostKeyPolicy HostKey { get; init; } = HostKeyPolicy.AcceptNew;

    /// <summary>Whether the server returns exit statuses. Default: yes.</summary>
    public ExitStatusRule ExitStatus { get; init; } = ExitStatusRule.Required;

    /// <summary>How commands are stopped. Default: by signals and, if necessary, a script on the server.</summary>
    public StopRule Stop { get; init; } = StopRule.Auto;

    /// <summary>The maximum number of queued commands. 1 to 10,000; default 100.</summary>
    public int QueueLimit { get; init; } = 100;

    /// <summary>The maximum size to keep of each output stream. 0 to 64 MiB; default 1 MiB.</summary>
    public int MaxOutputBytes { get; init; } = 1 << 20;

    /// <summary>From the first packet to the end of authentication. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The interval between keep-alive requests, idle or busy. Default 15 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The number of intervals without an answer after which the connection is lost. Default 3.</summary>
    public int KeepAliveCount { get; init; } = 3;

    /// <summary>The timeout of a transfer without progress. Default 30 s.</summary>
    public TimeSpan TransferTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection that is not persistent stays open after its last command. Default 30 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The server's limits. Default: unlimited.</summary>
    public ServerPolicy Policy { get; init; } = ServerPolicy.Unlimited;

    /// <summary>The actions, including those of the defaults, in the order of the file.</summary>
    public ValueList<ActionOptions> Actions { get; init; } = [];
}

/// <summary>When a command's output is published on <c>out</c> and <c>err</c>.</summary>
internal enum StandardOutputMode
{
    /// <summary><c>stdout: true</c>: once, when the command has ended.</summary>
    AtEnd,

    /// <summary><c>stdout: false</c></summary>
    Never,

    /// <summary><c>stdout: line</c>: each line as it arrives, not retained.</summary>
    ByLine,
}

/// <summary>Which host keys are accepted.</summary>
/// <param name="Mode">How to verify a key.</param>
/// <param name="Fingerprint"><c>SHA256:…</c> as ssh-keygen prints it, only for <see cref="HostKeyMode.Pinned"/>.</param>
internal sealed record HostKeyPolicy(HostKeyMode Mode, string? Fingerprint = null)
{
    public static HostKeyPolicy AcceptNew { get; } = new(HostKeyMode.AcceptNew);
    public static HostKeyPolicy Strict { get; } = new(HostKeyMode.Strict);
}

internal enum HostKeyMode
{
    /// <summary>Trust and store the first key seen, refuse a changed one.</summary>
    AcceptNew,

    /// <summary>Only a key that is already in the bridge's known hosts.</summary>
    Strict,

    /// <summary>Only the key with the given fingerprint.</summary>
    Pinned,
}
