using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>
/// A connection that goes through a <see cref="FaultProxy"/>, and its share of the current fault. Thread-safe.
/// </summary>
internal sealed class ProxiedConnection(TcpClient client) : IDisposable
{
    private readonly Lock _gate = new();
    private LinkFault? _fault;
    private long _bytes;
    private long? _bit;

    public TcpClient Client { get; } = client;

    public TcpClient Server { get; } = new();

    public async Task ConnectAsync(int port, CancellationToken cancellationToken)
    {
        await Server.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        Client.NoDelay = Server.NoDelay = true;
    }

    /// <summary>Counts bytes that pass under a fault.</summary>
    /// <returns>How many had passed before them.</returns>
    public long Count(LinkFault fault, int bytes)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(fault, _fault))
            {
                _fault = fault;
                _bytes = 0;
                _bit = null;
            }

            _bytes += bytes;
            return _bytes - bytes;
        }
    }

    /// <summary>Which bit to invert, counted from the beginning of the fault; chosen once.</summary>
    public long BitToFlip(LinkFault fault, Func<int> choose)
    {
        lock (_gate)
        {
            return ReferenceEquals(fault, _fault) ? _bit ??= choose() : -1;
        }
    }

    /// <summary>Closes both sides.</summary>
    /// <param name="isReset">With RST instead of FIN, and nothing more is delivered.</param>
    public void Close(bool isReset)
    {
        foreach (var side in (TcpClient[])[Client, Server])
        {
            try
            {
                if (isReset)
                {
                    side.LingerState = new LingerOption(true, 0);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or NullReferenceException)
            {
                // Closed already, or not connected.
            }

            side.Close();
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
