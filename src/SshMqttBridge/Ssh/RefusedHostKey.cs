namespace SshMqttBridge.Ssh;

/// <summary>A host key that was refused, with what is needed to decide whether it is genuine.</summary>
/// <param name="Expected">The known keys, or the pinned fingerprint; null: none.</param>
/// <param name="Key">The refused key.</param>
/// <param name="Remedy">How to accept it.</param>
internal sealed record RefusedHostKey(string? Expected, HostKey Key, HostKeyRemedy Remedy)
{
    /// <summary>The type and the fingerprint of the refused key.</summary>
    public string Presented => $"{Key.Type} {Key.Fingerprint}";
}

/// <summary>How to accept a refused host key, if it is genuine.</summary>
internal enum HostKeyRemedy
{
    /// <summary>The verb <c>trust</c>.</summary>
    Trust,

    /// <summary>The setting <c>hostKey</c> of the server.</summary>
    Configuration,

    /// <summary>The file of known hosts: it revokes the key, or cannot be read or written.</summary>
    KnownHostsFile,
}
