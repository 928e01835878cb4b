using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>An agent at <c>SSH_AUTH_SOCK</c> that accepts requests and does not answer.</summary>
internal sealed class SilentAgent : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string? _before = Environment.GetEnvironmentVariable(SshAgent.Variable);
    private Socket? _connection;

    public SilentAgent()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_folder["agent"]));
        _listener.Listen();
        Environment.SetEnvironmentVariable(SshAgent.Variable, _folder["agent"]);
        Asked = AcceptAsync();
    }

    /// <summary>Completes when the first request has arrived.</summary>
    public Task Asked { get; }

    public ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(SshAgent.Variable, _before);
        _listener.Dispose();
        _connection?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        _connection = await _listener.AcceptAsync();
        await _connection.ReceiveAsync(new byte[5]);
    }
}
