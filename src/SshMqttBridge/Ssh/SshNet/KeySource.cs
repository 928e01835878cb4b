using Renci.SshNet;
using Renci.SshNet.Security;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Keys for authentication, each with its signature algorithm, in the order in which they are tried.</summary>
internal sealed class KeySource(IReadOnlyCollection<HostAlgorithm> keys) : IPrivateKeySource
{
    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms => keys;
}
