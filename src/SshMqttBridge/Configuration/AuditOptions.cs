namespace SshMqttBridge.Configuration;

/// <summary>How the audit log is kept.</summary>
internal sealed record AuditOptions
{
    /// <summary>Absolute path. Default: <c>audit.log</c> in the state directory.</summary>
    public required string File { get; init; }

    public AuditedCommands Commands { get; init; } = AuditedCommands.Text;

    /// <summary>How large the file may grow before it is put aside. 64 KiB to 1 GiB; default 10 MiB.</summary>
    public int MaxBytes { get; init; } = 10 << 20;

    /// <summary>How many files put aside are kept. 1 to 100; default 5.</summary>
    public int Files { get; init; } = 5;
}

/// <summary>What the audit log shows of a command.</summary>
internal enum AuditedCommands
{
    /// <summary>Its text.</summary>
    Text,

    /// <summary>Its SHA-256.</summary>
    Hash,

    /// <summary>Nothing.</summary>
    None,
}
