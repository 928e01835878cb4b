using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures;

/// <summary>A stretch of network between a client and a server of a test: open, shut, or swallowing what is sent.</summary>
internal sealed class TcpGate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _target;
    private readonly List<TcpClient> _clients = [];
    private readonly Task _accepting;
    private volatile bool _isShut;
    private volatile bool _swallows;

    public TcpGate(int targetPort)
    {
        _target = targetPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What the client connects to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts what is connected and whoever comes.</summary>
    public void Shut()
    {
        _isShut = true;
        lock (_clients)
        {
            foreach (var client in _clients)
            {
                client.Close();
            }

            _clients.Clear();
        }
    }

    public void Open()
    {
        _isShut = false;
        _swallows = false;
    }

    /// <summary>Half-open: connections stay, nothing gets through.</summary>
    public void Swallow() => _swallows = true;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Shut();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            lock (_clients)
            {
                if (_isShut)
                {
                    return;
                }

                _clients.AddRange([client, server]);
            }

            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream()),
                    CopyAsync(server.GetStream(), client.GetStream())
                );
            }
            catch (Exception e)
                when (e
                        is IOException
                            or SocketException
                            or ObjectDisposedException
                            or OperationCanceledException
                            or InvalidOperationException
                )
            {
                // One side is gone; so is the other now.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is > 0 and var count)
            {
                if (!_swallows)
                {
                    await to.WriteAsync(buffer.AsMemory(0, count), _end.Token);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Likewise.
        }
    }
}
