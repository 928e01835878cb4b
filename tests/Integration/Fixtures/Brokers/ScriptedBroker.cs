using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>A minimal broker whose answers a test chooses, for cases that no real broker produces on request.</summary>
internal sealed class ScriptedBroker : IAsyncDisposable
{
    private readonly ConnectionListener _listener;
    private readonly List<TcpClient> _clients = [];
    private readonly List<string> _published = [];

    public ScriptedBroker() => _listener = new ConnectionListener(ServeAsync);

    public int Port => _listener.Port;

    /// <summary>5, or 4 for MQTT 3.1.1.</summary>
    public int Version { get; init; } = 5;

    /// <summary>Null: never answers a CONNECT. -1: closes the connection instead.</summary>
    public int? ConnectReason { get; init; } = 0;

    /// <summary>The keep-alive in seconds that a CONNACK of MQTT 5 demands (§3.2.2.3.14); null: the client's own.</summary>
    public int? KeepAlive { get; init; }

    public int SubscribeReason { get; init; } = 2;

    /// <summary>
    /// For each topic of a PUBLISH: the reason code, or null to close the connection. MQTT 3.1.1 has no other code than 0.
    /// </summary>
    public Func<string, int?> PublishReason { get; init; } = _ => 0;

    public int ConnectCount { get; private set; }

    public int PingCount { get; private set; }

    /// <summary>Topics in the order of arrival.</summary>
    public IReadOnlyList<string> Published
    {
        get
        {
            lock (_published)
            {
                return [.. _published];
            }
        }
    }

    /// <summary>Sends DISCONNECT with a reason (MQTT 5) on all connections and closes them.</summary>
    public async Task DisconnectAsync(int reason)
    {
        TcpClient[] clients;
        lock (_clients)
        {
            clients = [.. _clients];
        }

        foreach (var client in clients)
        {
            await client.GetStream().WriteAsync(new ProbePacket(0xE0).Byte(reason).Byte(0).ToArray());
            client.Close();
        }
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, CancellationToken token)
    {
        lock (_clients)
        {
            _clients.Add(client);
        }

        try
        {
            using (client)
            {
                var stream = client.GetStream();
                while (await ProbePacket.ReadAsync(stream, token) is { } packet && await AnswerAsync(packet, stream, token)) { }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client or the test has ended it.
        }
    }

    private async Task<bool> AnswerAsync(ProbePacket packet, NetworkStream stream, CancellationToken token)
    {
        ProbePacket? answer = null;
        var more = true;
        switch (packet.Type)
        {
            case 1 when ConnectReason == -1:
                more = false;
                break;
            case 1 when ConnectReason is { } reason:
                ConnectCount++;
                answer = new ProbePacket(0x20).Byte(0).Byte(reason);
                if (Version == 5)
                {
                    answer.Properties(
                        KeepAlive is { } seconds ? new ProbePacket(0).Byte(0x13).Short(seconds) : new ProbePacket(0)
                    );
                }

                more = reason == 0;
                break;
            case 3:
                var topic = packet.ReadText();
                lock (_published)
                {
                    _published.Add(topic);
                }

                var id = packet.ReadShort();
                if (PublishReason(topic) is { } code)
                {
                    answer = new ProbePacket(0x40).Short(id);
                    if (code != 0)
                    {
                        answer.Byte(code).Byte(0);
                    }
                }
                else
                {
                    more = false;
                }

                break;
            case 8:
                answer = new ProbePacket(0x90).Short(packet.ReadShort());
                if (Version == 5)
                {
                    answer.Properties(new ProbePacket(0));
                }

                answer.Byte(SubscribeReason);
                break;
            case 12:
                PingCount++;
                answer = new ProbePacket(0xD0);
                break;
            case 14:
                more = false;
                break;
        }

        if (answer is not null)
        {
            await stream.WriteAsync(answer.ToArray(), token);
        }

        return more;
    }
}
