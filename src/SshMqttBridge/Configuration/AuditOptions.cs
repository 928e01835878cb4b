namespace SshMqttBridge.Configuration;

/// <summary>Options of the audit log.</summary>
internal sealed record AuditOptions
{
    /// <summary>Absolute path. Default: <c>audit.log</c> in the state directory.</summary>
    public required string File { get; init; }

    public AuditedCommands Commands { get; init; } = AuditedCommands.Text;

    /// <summary>The maximum size of the file before it is rotated. 64 KiB to 1 GiB; default 10 MiB.</summary>
    public int MaxBytes { get; init; } = 10 << 20;

    /// <summary>The number of rotated files to keep. 1 to 100; default 5.</summary>
    public int Files { get; init; } = 5;
}

/// <summary>The part of a command that the audit log contains.</summary>
internal enum AuditedCommands
{
    /// <summary>Its text.</summary>
    Text,

    /// <summary>Its SHA-256.</summary>
    Hash,

    /// <summary>Nothing.</summary>
    None,
}
