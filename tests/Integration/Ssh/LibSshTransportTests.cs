using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.LibSsh;
using SshMqttBridge.Tests.Integration.Contracts;

namespace SshMqttBridge.Tests.Integration.Ssh;

public sealed class LibSshTransportTests : SshTransportContract
{
    internal override ISshTransport Transport { get; } = new LibSshTransport(TimeProvider.System);
}
