using SshMqttBridge.Ssh;

namespace SshMqttBridge.Bench.Allocations;

/// <summary>A server that completes each request at once, so that only the bridge's allocations are measured.</summary>
internal sealed class InstantTransport : ISshTransport
{
    public Task<ISshSession> ConnectAsync(SshConnectRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<ISshSession>(new InstantSession());
}

internal sealed class InstantSession : ISshSession
{
    private readonly CancellationTokenSource _disconnected = new();

    public HostKey HostKey { get; } = new("ssh-ed25519", new byte[] { 1, 2, 3 });
    public NegotiatedAlgorithms Algorithms { get; } = new("none", null, "none", "none", null, null);

    public CancellationToken Disconnected => _disconnected.Token;

    public Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IRemoteProcess>(new InstantProcess());

    public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    ValueTask ISshSession.DisposeAsync() => new(_disconnected.CancelAsync());

    ValueTask IAsyncDisposable.DisposeAsync() => ((ISshSession)this).DisposeAsync();
}
