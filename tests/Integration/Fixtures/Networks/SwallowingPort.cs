using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>
/// A port of the loopback interface that answers no attempt to connect, as one behind a firewall that drops packets: its
/// backlog is full.
/// </summary>
internal sealed class SwallowingPort : IDisposable
{
    private readonly Socket _listener;
    private readonly List<Socket> _waiting = [];

    /// <param name="address">Default: 127.0.0.1.</param>
    /// <param name="port">0: a free one.</param>
    public SwallowingPort(IPAddress? address = null, int port = 0)
    {
        address ??= IPAddress.Loopback;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(backlog: 0);
        do
        {
            _waiting.Add(new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
        } while (IsTaken(_waiting[^1]));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        _waiting.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }

    private bool IsTaken(Socket socket)
    {
        try
        {
            socket.Connect(_listener.LocalEndPoint!);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            return socket.Poll(TimeSpan.FromSeconds(0.2), SelectMode.SelectWrite);
        }
    }
}
