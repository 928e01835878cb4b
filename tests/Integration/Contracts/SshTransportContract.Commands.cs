using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Integration.Contracts;

// Running commands.
public abstract partial class SshTransportContract
{
    [Fact]
    public async Task StartAsync_GivenTrue_ShouldExitWithZero()
    {
        await using ISshSession session = await ConnectAsync();
        await using IRemoteProcess process = await session.OpenChannelAsync(Token);
        await process.StartAsync("true", Token);

        (await process.Exit.WaitAsync(Token)).ShouldBe(new ProcessExit(0, Signal: null));
        (await process.ReadAsync(new byte[10], Token)).Count.ShouldBe(0);
    }
}
