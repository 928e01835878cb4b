using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>A peer that answers each CONNECT with the bytes of a test, and ignores everything else.</summary>
internal sealed class HostileBroker : IAsyncDisposable
{
    private readonly RawServer _server;
    private volatile HostileAnswer _answer = new([]);

    public HostileBroker() => _server = new RawServer(ServeAsync);

    public int Port => _server.Port;

    /// <summary>For the connections that follow.</summary>
    public HostileAnswer Answer
    {
        get => _answer;
        set => _answer = value;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(NetworkStream stream, CancellationToken token)
    {
        var answer = _answer;
        stream.Socket.NoDelay = true;
        try
        {
            await ProbePacket.ReadAsync(stream, token);
            foreach (var bytes in answer.Writes)
            {
                await stream.WriteAsync(bytes, token);
            }

            if (answer.Closes)
            {
                stream.Socket.Shutdown(SocketShutdown.Send);
            }
        }
        finally
        {
            answer.Sent.TrySetResult();
        }

        var rest = new byte[4_096];
        while (await stream.ReadAsync(rest, token) > 0) { }
    }
}
