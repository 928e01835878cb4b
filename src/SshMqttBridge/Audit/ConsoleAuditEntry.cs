namespace SshMqttBridge.Audit;

/// <summary>An entry of the audit log: what a user of the web console did to the bridge itself, not to a server.</summary>
/// <param name="Operation">One word, for example <c>upload</c>.</param>
/// <param name="Address">The client's address; that of the reverse proxy if there is one.</param>
internal sealed record ConsoleAuditEntry(string Operation, string Address)
{
    /// <summary>The id of the server that it concerns, if any.</summary>
    public string? Server { get; init; }

    /// <summary>The fingerprint of a host key, if it concerns one.</summary>
    public string? HostKey { get; init; }

    /// <summary>A file below the base directory, if it concerns one.</summary>
    public string? File { get; init; }

    /// <summary>The size of <see cref="File"/>.</summary>
    public long? Bytes { get; init; }
}
