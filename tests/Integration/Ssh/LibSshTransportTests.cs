using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.LibSsh;
using SshMqttBridge.Tests.Integration.Contracts;

namespace SshMqttBridge.Tests.Integration.Ssh;

[Collection(Alone.Name)]
[Trait("Process", "own")]
public sealed class LibSshTransportTests : SshTransportContract
{
    private readonly int _handlesBefore = LibSshHandle.OpenHandles;

    internal override ISshTransport Transport { get; } = new LibSshTransport(TimeProvider.System);

    internal override int CommandBytes => 256_000;

    [Fact]
    public async Task ConnectAsync_GivenAPuttyKey_ShouldNameTheLibraryThatReadsIt()
    {
        using TemporaryFolder folder = new();
        var server = await StartServerAsync();
        var key = folder.Write("key.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n");

        var refusal = await Should.ThrowAsync<SshConnectionException>(() => ConnectAsync(server, WithKey(key)));

        refusal.Fault.ShouldBe(SshFault.Authentication);
        refusal.Message.ShouldContain("sshLibrary: sshnet");
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        LibSshHandle.OpenHandles.ShouldBe(_handlesBefore, "native handles are left");
    }
}
