using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.LibSsh;
using SshMqttBridge.Ssh.SshNet;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Ssh;

/// <summary>
/// The Terrapin attack (CVE-2023-48795): someone between the bridge and a server inserts messages into the key exchange, to
/// remove as many encrypted ones afterwards. Strict key exchange prevents it, if both sides announce it.
/// </summary>
public abstract class TerrapinTests
{
    internal abstract ISshTransport Transport { get; }

    [Fact]
    public async Task ConnectAsync_GivenOpenSsh_ShouldAgreeOnStrictKeyExchange()
    {
        await using var server = await SshdServer.StartNewAsync();
        await using KeyExchangeRelay relay = new(server.Port);
        using CancellationTokenSource limit = new(Eventually.Patience);

        await using var session = await ConnectAsync(server, relay, limit.Token);

        (await relay.ClientOffer).ShouldContain("kex-strict-c-v00@openssh.com");
        (await relay.ServerOffer).ShouldContain("kex-strict-s-v00@openssh.com");
        // Numbers its messages independently of the key exchange: without strict key exchange, this cipher would not notice an
        // inserted message.
        session.Algorithms.CipherIn.ShouldBe("aes128-gcm@openssh.com");
        await session.PingAsync(limit.Token);
    }

    [Theory]
    [InlineData(KeyExchangeRelay.KeyExchangeInit)]
    [InlineData(KeyExchangeRelay.KeyExchangeReply)]
    [InlineData(KeyExchangeRelay.NewKeys)]
    public async Task ConnectAsync_GivenAnInsertedMessage_ShouldFailBeforeTheLogin(int before)
    {
        await using var server = await SshdServer.StartNewAsync();
        await using KeyExchangeRelay relay = new(server.Port, before);
        using CancellationTokenSource limit = new(Eventually.Patience);

        var failure = await Should.ThrowAsync<SshConnectionException>(() => ConnectAsync(server, relay, limit.Token));

        relay.Inserted.ShouldBeGreaterThan(0);
        failure.Fault.ShouldBe(SshFault.Connect, failure.Message);
        server.CountInLog("userauth-request").ShouldBe(0);
    }

    /// <summary>Shows that the inserted message is valid: nothing but strict key exchange refuses it.</summary>
    [ScriptedSshFact]
    public async Task ConnectAsync_GivenAnInsertedMessageAndAServerWithoutStrictKeyExchange_ShouldConnect()
    {
        await using var server = await ScriptedSshServer.StartAsync(announcesStrictKeyExchange: false);
        await using KeyExchangeRelay relay = new(server.Port, KeyExchangeRelay.KeyExchangeReply);
        using CancellationTokenSource limit = new(Eventually.Patience);

        await using var session = await ConnectAsync(relay, new() { User = "free" }, limit.Token);

        (await relay.ServerOffer).ShouldNotContain("kex-strict-s-v00@openssh.com");
        relay.Inserted.ShouldBe(1);
        session.Algorithms.CipherIn.ShouldBe("aes128-gcm@openssh.com");
    }

    private Task<ISshSession> ConnectAsync(SshdServer server, KeyExchangeRelay relay, CancellationToken cancellationToken) =>
        ConnectAsync(
            relay,
            new() { User = SshdServer.User, PrivateKey = new SshPrivateKey(server.Key, null, null) },
            cancellationToken
        );

    private Task<ISshSession> ConnectAsync(
        KeyExchangeRelay relay,
        SshCredentials credentials,
        CancellationToken cancellationToken
    ) =>
        Transport.ConnectAsync(
            new SshConnectRequest
            {
                Host = "127.0.0.1",
                Port = relay.Port,
                Credentials = credentials,
                RefuseHostKey = _ => null,
            },
            cancellationToken
        );
}

[Collection(Alone.Name)]
[Trait("Process", "own")]
public sealed class SshNetTerrapinTests : TerrapinTests
{
    internal override ISshTransport Transport { get; } = new SshNetTransport(TimeProvider.System);
}

[Collection(Alone.Name)]
[Trait("Process", "own")]
public sealed class LibSshTerrapinTests : TerrapinTests
{
    internal override ISshTransport Transport { get; } = new LibSshTransport(TimeProvider.System);
}
