namespace SshMqttBridge.Ssh;

/// <summary>What algorithms are for; named after the keys of <c>algorithms</c>.</summary>
internal enum AlgorithmKind
{
    HostKeys,
    KeyExchange,
    Ciphers,
    Macs,

    /// <summary>Of the user's own key, at login.</summary>
    Signatures,
}
