using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>Accepts TCP connections and runs the test's code for each; without any it sends nothing.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly ConnectionListener _listener;

    /// <param name="serve">Runs for each connection, which is closed afterwards. Null: the connection stays open while the server
    /// lives.</param>
    public RawServer(Func<NetworkStream, CancellationToken, Task>? serve = null)
    {
        serve ??= (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token);
        _listener = new ConnectionListener((client, token) => ServeAsync(client, serve, token));
    }

    public int Port => _listener.Port;

    /// <summary>Completes when a client has connected.</summary>
    public TaskCompletionSource Connected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> serve, CancellationToken token)
    {
        Connected.TrySetResult();
        using (client)
        {
            try
            {
                await serve(client.GetStream(), token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The server has ended, or the peer has disconnected.
            }
        }
    }
}
