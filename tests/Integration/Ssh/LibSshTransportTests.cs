using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.LibSsh;
using SshMqttBridge.Tests.Integration.Contracts;
using SshMqttBridge.Tests.Integration.Fixtures;

namespace SshMqttBridge.Tests.Integration.Ssh;

public sealed class LibSshTransportTests : SshTransportContract
{
    internal override ISshTransport Transport { get; } = new LibSshTransport(TimeProvider.System);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        LibSshHandle.Live.ShouldBe(0, "native handles are left");
    }
}
