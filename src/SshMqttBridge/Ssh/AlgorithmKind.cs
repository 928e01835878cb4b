namespace SshMqttBridge.Ssh;

/// <summary>The kinds of algorithms, named after the keys of <c>algorithms</c>.</summary>
internal enum AlgorithmKind
{
    HostKeys,
    KeyExchange,
    Ciphers,
    Macs,

    /// <summary>Signatures of the user's key, for authentication.</summary>
    Signatures,
}
