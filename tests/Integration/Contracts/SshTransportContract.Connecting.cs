using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Integration.Fixtures;

namespace SshMqttBridge.Tests.Integration.Contracts;

// From the name to the host key.
public abstract partial class SshTransportContract
{
    private static SshCredentials Nobody { get; } = new() { User = "nobody" };

    [Fact]
    public async Task ConnectAsync_GivenNobodyListens_ShouldSayWhoRefused()
    {
        var port = FreePort.Find();

        var refusal = await Should.ThrowAsync<SshConnectionException>(() => Transport.ConnectAsync(Request(port, Nobody), Token));

        refusal.Fault.ShouldBe(SshFault.Connect);
        refusal.Message.ShouldBe($"connection refused by 127.0.0.1:{port}");
    }

    [Fact]
    public async Task ConnectAsync_GivenANameThatDoesNotResolve_ShouldSaySo()
    {
        var request = Request(22, Nobody) with { Host = "no-such-host.invalid" };

        var refusal = await Should.ThrowAsync<SshConnectionException>(() => Transport.ConnectAsync(request, Token));

        refusal.Fault.ShouldBe(SshFault.Connect);
        refusal.Message.ShouldContain("no-such-host.invalid");
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatSaysNothing_ShouldWaitUntilCancelled()
    {
        await using RawServer server = new();
        using CancellationTokenSource cancelling = new();
        Task connecting = Transport.ConnectAsync(Request(server.Port, Nobody), cancelling.Token);
        await server.Connected.Task.WaitAsync(Token);
        connecting.IsCompleted.ShouldBeFalse();

        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => connecting.WaitAsync(Token));
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatSpeaksSomethingElse_ShouldSaySo()
    {
        await using RawServer server = new(
            async (stream, token) =>
            {
                await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
                stream.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null, token);
            }
        );

        await ShouldNotConnectAsync(server);
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatSaysMuchWithoutANewline_ShouldSaySo()
    {
        await using RawServer server = new(
            async (stream, token) =>
            {
                await stream.WriteAsync(new byte[100_000], token);
                await stream.CopyToAsync(Stream.Null, token);
            }
        );

        await ShouldNotConnectAsync(server);
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatSaysNonsenseAfterItsVersion_ShouldSaySo()
    {
        await using RawServer server = new(
            async (stream, token) =>
            {
                await stream.WriteAsync("SSH-2.0-nonsense\r\n"u8.ToArray(), token);
                var nonsense = new byte[100_000];
                Array.Fill(nonsense, (byte)0xa5);
                await stream.WriteAsync(nonsense, token);
                await stream.CopyToAsync(Stream.Null, token);
            }
        );

        await ShouldNotConnectAsync(server);
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatNeverStopsTalking_ShouldWaitUntilCancelled()
    {
        TaskCompletionSource talked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawServer server = new(
            async (stream, token) =>
            {
                for (var i = 0; ; i++)
                {
                    await stream.WriteAsync("please wait\r\n"u8.ToArray(), token);
                    await Task.Yield();
                    if (i == 1000)
                    {
                        talked.SetResult();
                    }
                }
            }
        );
        using CancellationTokenSource cancelling = new();
        Task connecting = Transport.ConnectAsync(Request(server.Port, Nobody), cancelling.Token);
        await talked.Task.WaitAsync(Token);

        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => connecting.WaitAsync(Token));
    }

    [Fact]
    public async Task ConnectAsync_GivenACancelledToken_ShouldThrow()
    {
        await Should.ThrowAsync<OperationCanceledException>(() =>
            Transport.ConnectAsync(Request(FreePort.Find(), Nobody), new CancellationToken(canceled: true))
        );
    }

    [Theory]
    [InlineData("ed25519", "ssh-ed25519")]
    [InlineData("ecdsa", "ecdsa-sha2-nistp256")]
    [InlineData("rsa", "ssh-rsa")]
    public async Task ConnectAsync_GivenAHostKeyType_ShouldAskForIt(string file, string type)
    {
        var server = await StartServerAsync();
        List<HostKey> judged = [];
        var request = Request(server.Port, WithKey(server.Key)) with
        {
            HostKeyTypes = [type],
            RefuseHostKey = key =>
            {
                judged.Add(key);
                return null;
            },
        };

        await using var session = await Transport.ConnectAsync(request, Token);

        session.HostKey.Type.ShouldBe(type);
        session.HostKey.Fingerprint.ShouldBe(await server.FingerprintAsync(file));
        judged.ShouldBe([session.HostKey]);
    }

    [Fact]
    public async Task ConnectAsync_GivenAHostKeyTypeTheServerHasNot_ShouldNotConnect()
    {
        var server = await StartServerAsync();
        var request = Request(server.Port, WithKey(server.Key)) with { HostKeyTypes = ["ecdsa-sha2-nistp521"] };

        var refusal = await Should.ThrowAsync<SshConnectionException>(() => Transport.ConnectAsync(request, Token));

        // The server hangs up on it: which of the two one sees first is chance.
        refusal.Fault.ShouldBeOneOf(SshFault.HostKey, SshFault.Connect);
        server.CountInLog("userauth-request").ShouldBe(0);
    }

    [Fact]
    public async Task ConnectAsync_GivenARefusedHostKey_ShouldNotEvenSayWhoWeAre()
    {
        var server = await StartServerAsync();
        var request = Request(server.Port, WithKey(server.Key)) with { RefuseHostKey = _ => "it was another one" };

        var refusal = await Should.ThrowAsync<SshConnectionException>(() => Transport.ConnectAsync(request, Token));

        refusal.Fault.ShouldBe(SshFault.HostKey);
        refusal.Message.ShouldBe("it was another one");
        await Eventually.TrueAsync(() => server.CountInLog("Received disconnect from") == 1, "the server was not told goodbye");
        server.CountInLog("userauth-request").ShouldBe(0);
    }

    private async Task ShouldNotConnectAsync(RawServer server)
    {
        var refusal = await Should.ThrowAsync<SshConnectionException>(() =>
            Transport.ConnectAsync(Request(server.Port, Nobody), Token)
        );
        refusal.Fault.ShouldBe(SshFault.Connect);
        refusal.Message.ShouldContain($"127.0.0.1:{server.Port}");
    }
}
