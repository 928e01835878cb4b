using System.Text;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.Contracts;

// From the name to the host key.
public abstract partial class SshTransportContract
{
    private static SshCredentials Nobody { get; } = new() { User = "nobody" };

    [Fact]
    public async Task ConnectAsync_GivenNobodyListens_ShouldNameTheAddress()
    {
        var port = FreePort.Find();

        var message = await ShouldNotConnectAsync(Request(port, Nobody));

        message.ShouldBe($"connection refused by 127.0.0.1:{port}");
    }

    [Fact]
    public async Task ConnectAsync_GivenANameThatDoesNotResolve_ShouldReportIt()
    {
        var request = Request(22, Nobody) with { Host = "no-such-host.invalid" };

        var message = await ShouldNotConnectAsync(request);

        message.ShouldContain("no-such-host.invalid");
    }

    [Theory]
    [InlineData("")]
    [InlineData("please")]
    public async Task ConnectAsync_GivenAPeerThatSendsNoWholeLine_ShouldWaitUntilCancelled(string sent)
    {
        await using var server = Sending(Encoding.ASCII.GetBytes(sent));
        using CancellationTokenSource cancelling = new();
        Task connecting = Transport.ConnectAsync(Request(server.Port, Nobody), cancelling.Token);
        await server.Connected.Task.WaitAsync(Token);
        connecting.IsCompleted.ShouldBeFalse();

        await cancelling.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => connecting.WaitAsync(Token));
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerOfAnotherProtocol_ShouldReportIt()
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
    public async Task ConnectAsync_GivenAPeerThatSendsALongLineWithoutItsEnd_ShouldReportIt()
    {
        await using var server = Sending(new byte[100_000]);

        await ShouldNotConnectAsync(server);
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatSendsJunkAfterItsVersion_ShouldReportIt()
    {
        var junk = new byte[100_000];
        Array.Fill(junk, (byte)0xa5);
        await using var server = Sending("SSH-2.0-nonsense\r\n"u8.ToArray(), junk);

        await ShouldNotConnectAsync(server);
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatNeverStopsSending_ShouldGiveUp()
    {
        await using RawServer server = new(
            async (stream, token) =>
            {
                while (true)
                {
                    await stream.WriteAsync("please wait\r\n"u8.ToArray(), token);
                    await Task.Yield();
                }
            }
        );

        await ShouldNotConnectAsync(server);
    }

    [Fact]
    public async Task ConnectAsync_GivenAPeerThatSendsWithoutEndAfterItsVersion_ShouldGiveUp()
    {
        await using RawServer server = new(
            async (stream, token) =>
            {
                await stream.WriteAsync("SSH-2.0-chatter\r\n"u8.ToArray(), token);

                // Messages to be ignored (RFC 4253, 11.2): length, padding's length, number, empty data, padding.
                byte[] ignore = [0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                var many = Enumerable.Repeat(ignore, 4096).SelectMany(static message => message).ToArray();
                while (true)
                {
                    await stream.WriteAsync(many, token);
                }
            }
        );

        await ShouldNotConnectAsync(server);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-silent\r\n")]
    public async Task ConnectAsync_GivenFiftyPeersThatFallSilent_ShouldLeakNothing(string words)
    {
        var descriptors = CountOf("fd");
        var threads = CountOf("task");
        var accepted = 0;
        await using (
            RawServer server = new(
                async (stream, token) =>
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(words), token);
                    Interlocked.Increment(ref accepted);
                    await stream.CopyToAsync(Stream.Null, token);
                }
            )
        )
        {
            using CancellationTokenSource cancelling = new();
            var request = Request(server.Port, Nobody) with { ConnectTimeout = TimeSpan.FromMinutes(10) };
            List<Task> connecting =
            [
                .. Enumerable.Range(0, 50).Select(_ => (Task)Transport.ConnectAsync(request, cancelling.Token)),
            ];
            await Eventually.TrueAsync(() => Volatile.Read(ref accepted) == 50, "not all have connected");

            await cancelling.CancelAsync();

            foreach (var connect in connecting)
            {
                await Should.ThrowAsync<OperationCanceledException>(() => connect.WaitAsync(Token));
            }
        }

        // The runtime keeps a few threads of its own for a while.
        await Eventually.TrueAsync(
            () => CountOf("fd") <= descriptors + 10 && CountOf("task") <= threads + 20,
            $"{CountOf("fd")} descriptors, {descriptors} before; {CountOf("task")} threads, {threads} before"
        );
    }

    [Fact]
    public async Task ConnectAsync_GivenOpenSsh_ShouldNegotiateTheBestAlgorithms()
    {
        await using var session = await ConnectAsync();

        var agreed = session.Algorithms;

        agreed.KeyExchange.ShouldNotBeNullOrEmpty();
        agreed.CipherOut.ShouldBe("aes128-gcm@openssh.com");
        agreed.CipherIn.ShouldBe("aes128-gcm@openssh.com");
        (agreed.MacOut, agreed.MacIn).ShouldBe((null, null));
        (agreed.HostKey ?? "ssh-ed25519").ShouldBe("ssh-ed25519");
    }

    [Fact]
    public async Task ConnectAsync_GivenAlgorithms_ShouldUseThem()
    {
        var server = await StartServerAsync();
        var request = Request(server.Port, WithKey(server.Key)) with
        {
            Algorithms = new AlgorithmOptions
            {
                KeyExchange = ["ecdh-sha2-nistp384"],
                Ciphers = ["aes192-ctr"],
                Macs = ["hmac-sha2-512"],
                HostKeys = ["rsa-sha2-256"],
            },
        };

        await using var session = await Transport.ConnectAsync(request, Token);

        var agreed = session.Algorithms;
        (agreed.KeyExchange, agreed.CipherOut, agreed.MacIn).ShouldBe(("ecdh-sha2-nistp384", "aes192-ctr", "hmac-sha2-512"));
        session.HostKey.Type.ShouldBe("ssh-rsa");
        (await RunAsync(session, "echo in")).Output.ShouldBe("in\n");
    }

    [Theory]
    [InlineData("KexAlgorithms diffie-hellman-group14-sha1", "keyExchange: +diffie-hellman-group14-sha1")]
    [InlineData("Ciphers aes128-cbc", "ciphers: +aes128-cbc")]
    [InlineData("Ciphers aes128-ctr\nMACs hmac-sha1", "macs: +hmac-sha1")]
    [InlineData("HostKeyAlgorithms ssh-rsa", "hostKeys: +ssh-rsa")]
    public async Task ConnectAsync_GivenAServerWithOldAlgorithms_ShouldNameThemAndTheSettingThatAllowsThem(
        string configuration,
        string setting
    )
    {
        var server = await StartServerAsync(configuration);
        var refused = Request(server.Port, WithKey(server.Key));

        for (var i = 0; i < 5; i++)
        {
            var message = await ShouldNotConnectAsync(refused);

            message.ShouldContain($"algorithms: {{{setting}}}");
            message.ShouldContain($"in common with 127.0.0.1:{server.Port}");
        }

        AlgorithmOptions allowing = new()
        {
            KeyExchange = ["curve25519-sha256", "diffie-hellman-group14-sha1"],
            Ciphers = ["aes128-gcm@openssh.com", "aes128-ctr", "aes128-cbc"],
            Macs = ["hmac-sha2-256", "hmac-sha1"],
            HostKeys = ["ssh-ed25519", "ssh-rsa"],
        };
        await using var session = await Transport.ConnectAsync(refused with { Algorithms = allowing }, Token);
        (await RunAsync(session, "echo in")).Output.ShouldBe("in\n");
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
    public async Task ConnectAsync_GivenAHostKeyTypeThatTheServerLacks_ShouldNotConnect()
    {
        var server = await StartServerAsync();
        var request = Request(server.Port, WithKey(server.Key)) with { HostKeyTypes = ["ecdsa-sha2-nistp521"] };

        var message = await ShouldNotConnectAsync(request, SshFault.HostKey);

        message.ShouldContain("ecdsa-sha2-nistp521");
        server.CountInLog("userauth-request").ShouldBe(0);
    }

    [Fact]
    public async Task ConnectAsync_GivenARefusedHostKey_ShouldNotSendTheUserName()
    {
        var server = await StartServerAsync();
        var request = Request(server.Port, WithKey(server.Key)) with { RefuseHostKey = _ => "it was another one" };

        var message = await ShouldNotConnectAsync(request, SshFault.HostKey);

        message.ShouldBe("it was another one");
        await Eventually.TrueAsync(
            () => server.CountInLog("Received disconnect from") == 1,
            "the server received no disconnect message"
        );
        server.CountInLog("userauth-request").ShouldBe(0);
    }

    private static int CountOf(string what) => Directory.EnumerateFileSystemEntries($"/proc/self/{what}").Count();

    private async Task ShouldNotConnectAsync(RawServer server)
    {
        (await ShouldNotConnectAsync(Request(server.Port, Nobody))).ShouldContain($"127.0.0.1:{server.Port}");
    }

    /// <returns>The message.</returns>
    private async Task<string> ShouldNotConnectAsync(SshConnectRequest request, SshFault fault = SshFault.Connect)
    {
        var refusal = await Should.ThrowAsync<SshConnectionException>(() => Transport.ConnectAsync(request, Token));
        refusal.Fault.ShouldBe(fault, refusal.Message);
        return refusal.Message;
    }

    /// <summary>A server that sends these bytes, and then only reads.</summary>
    private static RawServer Sending(params byte[][] blocks) =>
        new(
            async (stream, token) =>
            {
                foreach (var block in blocks)
                {
                    await stream.WriteAsync(block, token);
                }

                await stream.CopyToAsync(Stream.Null, token);
            }
        );
}
