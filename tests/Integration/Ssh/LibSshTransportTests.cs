using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.LibSsh;
using SshMqttBridge.Tests.Integration.Contracts;

namespace SshMqttBridge.Tests.Integration.Ssh;

[Collection(Alone.Name)]
public sealed class LibSshTransportTests : SshTransportContract
{
    private readonly int _handlesBefore = LibSshHandle.Live;

    internal override ISshTransport Transport { get; } = new LibSshTransport(TimeProvider.System);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        LibSshHandle.Live.ShouldBe(_handlesBefore, "native handles are left");
    }
}
