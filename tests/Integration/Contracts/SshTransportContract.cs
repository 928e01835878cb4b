using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Integration.Fixtures;

namespace SshMqttBridge.Tests.Integration.Contracts;

/// <summary>What every adapter of <see cref="ISshTransport"/> does; a subclass supplies the adapter.</summary>
public abstract partial class SshTransportContract : IAsyncLifetime
{
    private SshdServer _server = null!;

    internal abstract ISshTransport Transport { get; }

    // For failure only: what is waited for comes much earlier.
    private CancellationTokenSource Patience { get; } = new(Eventually.Patience);

    private CancellationToken Token => Patience.Token;

    public async Task InitializeAsync() => _server = await SshdServer.StartNewAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Patience.Dispose();
    }

    private Task<ISshSession> ConnectAsync() => ConnectAsync(_server);

    private Task<ISshSession> ConnectAsync(SshdServer server) => Transport.ConnectAsync(Request(server), Token);

    private static SshConnectRequest Request(SshdServer server) =>
        new()
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Credentials = new SshCredentials
            {
                User = SshdServer.User,
                PrivateKey = new SshPrivateKey(server.Key, Passphrase: null, CertificateFile: null),
            },
            RefuseHostKey = _ => null,
        };
}
