using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>Accepts TCP connections and runs the test's code for each; without any it sends nothing.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <param name="serve">Runs for each connection, which is closed afterwards. Null: the connection stays open while the server
    /// lives.</param>
    public RawServer(Func<NetworkStream, CancellationToken, Task>? serve = null)
    {
        _listener.Start();
        _accepting = AcceptAsync(serve ?? ((_, token) => Task.Delay(Timeout.InfiniteTimeSpan, token)));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Completes when a client has connected.</summary>
    public TaskCompletionSource Connected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Only then: a closed listener does not report cancellation.
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                serving.Add(ServeAsync(client, serve));
                Connected.TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream(), _stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The server has ended, or the peer has disconnected.
            }
        }
    }
}
