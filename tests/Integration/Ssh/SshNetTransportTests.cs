using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.SshNet;
using SshMqttBridge.Tests.Integration.Contracts;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Ssh;

[Collection(Alone.Name)]
[Trait("Process", "own")]
public sealed class SshNetTransportTests : SshTransportContract
{
    internal override ISshTransport Transport { get; } = new SshNetTransport(TimeProvider.System);

    internal override int CommandBytes => 68_000;

    [Fact]
    public async Task ConnectAsync_GivenAPuttyKey_ShouldLogIn()
    {
        using TemporaryFolder folder = new();
        var server = await StartServerAsync();
        var key = folder.Write("key.ppk", PuttyKey.Convert(server.Key));

        await using var session = await ConnectAsync(server, WithKey(key));

        await session.PingAsync(Token);
    }

    [Fact]
    public async Task DisposeAsync_GivenAStoppedServerAndAWriteUnderWay_ShouldNotWaitForIt()
    {
        var session = await ConnectAsync();
        await using var process = await StartAsync(session, "echo ready; cat > /dev/null");
        await ReadUntilAsync(process, "ready");
        RunningServer.Pause();
        var writing = process.WriteAsync(new byte[100_000_000], Token).AsTask();

        // SSH.NET's own way never returns.
        await session.DisposeAsync().AsTask().WaitAsync(Token);
        await ShouldBeLostAsync(() => writing.WaitAsync(Token));
        RunningServer.Resume();
    }

    [ScriptedSshTheory]
    [InlineData("too much")]
    [InlineData("too large")]
    [InlineData("too wide")]
    [InlineData("unknown channel")]
    [InlineData("unknown message")]
    [InlineData("short message")]
    public async Task Disconnected_GivenAServerThatBreaksTheProtocol_ShouldBeCancelledAndFailAllPendingCalls(string how)
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var session = await Transport.ConnectAsync(Request(server.Port, new SshCredentials { User = "free" }), Token);
        await using var process = await session.OpenChannelAsync(Token);
        TaskCompletionSource disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = session.Disconnected.Register(disconnected.SetResult);

        var starting = process.StartAsync(how, Token);

        await disconnected.Task.WaitAsync(Token);
        await ShouldBeLostAsync(() => process.Exit.WaitAsync(Token));
        await starting.ContinueWith(static _ => { }, TaskScheduler.Default);
        await ShouldBeLostAsync(() => session.OpenChannelAsync(Token));
    }

    [ScriptedSshFact]
    public async Task Exit_GivenTwoStatuses_ShouldBeTheFirst()
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var session = await Transport.ConnectAsync(Request(server.Port, new SshCredentials { User = "free" }), Token);

        (await RunAsync(session, "status twice")).Exit.Status.ShouldBe(1);
        await session.PingAsync(Token);
    }
}
