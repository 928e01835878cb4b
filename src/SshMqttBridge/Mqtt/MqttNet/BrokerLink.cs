using System.Net.Security;
using System.Net.Sockets;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>
/// The connection to the broker: a TCP socket, with TLS or a websocket on it where configured. One reader and one writer at a
/// time.
/// </summary>
/// <param name="socket">Owned, with Nagle's algorithm off.</param>
/// <param name="stream">Owned: the socket's data, without TLS and websocket framing.</param>
internal sealed class BrokerLink(Socket socket, Stream stream) : IDisposable
{
    private const int SolTcp = 6;
    private const int TcpQuickAck = 12;
    private const int DrainBytes = 4 << 10;

    private static readonly byte[] s_on = [1, 0, 0, 0];

    /// <summary>Returns 0 when the broker has closed the connection.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        AcknowledgeAtOnce();
        return count;
    }

    /// <summary>Completes when the kernel has accepted all of it: at once, while its buffer has room.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes);

    /// <summary>
    /// Shuts down the sending side, and waits until the broker has closed its side. A socket that is closed with unread data
    /// sends a reset instead, upon which the broker may discard what it has not read yet.
    /// </summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (stream is SslStream tls)
        {
            await tls.ShutdownAsync().WaitAsync(cancellationToken);
        }

        socket.Shutdown(SocketShutdown.Send);
        var rest = new byte[DrainBytes];
        while (await socket.ReceiveAsync(rest, SocketFlags.None, cancellationToken) > 0) { }
    }

    public void Dispose()
    {
        // The socket first: TLS and websockets would send a closing message.
        socket.Dispose();
        stream.Dispose();
    }

    // A broker that leaves Nagle's algorithm on (mosquitto's default) holds its next small packet back until this one is
    // acknowledged, and a kernel that waits for something to send along with that takes 40 ms. The option lasts for one read
    // only.
    private void AcknowledgeAtOnce()
    {
        try
        {
            socket.SetRawSocketOption(SolTcp, TcpQuickAck, s_on);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is only an optimization.
        }
    }
}
