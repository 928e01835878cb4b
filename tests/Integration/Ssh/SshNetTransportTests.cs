using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.SshNet;
using SshMqttBridge.Tests.Integration.Contracts;

namespace SshMqttBridge.Tests.Integration.Ssh;

[Collection(Alone.Name)]
public sealed class SshNetTransportTests : SshTransportContract
{
    internal override ISshTransport Transport { get; } = new SshNetTransport(TimeProvider.System);
}
