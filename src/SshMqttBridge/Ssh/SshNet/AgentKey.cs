using Renci.SshNet.Security;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>A key, or a certificate, with which the agent signs.</summary>
/// <param name="agent">The agent that holds the key.</param>
/// <param name="algorithm">The signature algorithm, by its name on the wire.</param>
/// <param name="key">The public key, or the certificate, as the agent gave it.</param>
internal sealed class AgentKey(AgentClient agent, string algorithm, byte[] key) : HostAlgorithm(algorithm)
{
    // SSH_AGENT_RSA_SHA2_256 and SSH_AGENT_RSA_SHA2_512.
    private readonly uint _flags =
        algorithm.StartsWith("rsa-sha2-512", StringComparison.Ordinal) ? 4u
        : algorithm.StartsWith("rsa-sha2-256", StringComparison.Ordinal) ? 2u
        : 0u;

    public override byte[] Data => key;

    public override byte[] Sign(byte[] data) => agent.Sign(key, data, _flags);

    public override bool VerifySignature(byte[] data, byte[] signature) =>
        throw new NotSupportedException("The agent's keys only sign.");
}
