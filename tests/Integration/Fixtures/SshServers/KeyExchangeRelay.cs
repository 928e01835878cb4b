using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>
/// An attacker between an SSH client and a server: reads the unencrypted messages of the key exchange, and inserts one of its
/// own. The rest passes unchanged. Thread-safe.
/// </summary>
internal sealed class KeyExchangeRelay : IAsyncDisposable
{
    /// <summary>SSH_MSG_KEXINIT (RFC 4253, 7.1).</summary>
    public const int KeyExchangeInit = 20;

    /// <summary>SSH_MSG_NEWKEYS (RFC 4253, 7.3): everything that follows is encrypted.</summary>
    public const int NewKeys = 21;

    /// <summary>SSH_MSG_KEX_ECDH_REPLY (RFC 5656, 4): the server's second message.</summary>
    public const int KeyExchangeReply = 31;

    private readonly int _serverPort;
    private readonly int? _insertBefore;
    private readonly ConnectionListener _listener;
    private readonly TaskCompletionSource<IReadOnlyList<string>> _clientOffer = NewOffer();
    private readonly TaskCompletionSource<IReadOnlyList<string>> _serverOffer = NewOffer();
    private int _inserted;

    /// <param name="serverPort">The server, on the loopback interface.</param>
    /// <param name="insertBefore">The number of the server's message before which the client receives an SSH_MSG_IGNORE that the
    /// server has not sent; null: none.</param>
    public KeyExchangeRelay(int serverPort, int? insertBefore = null)
    {
        _serverPort = serverPort;
        _insertBefore = insertBefore;
        _listener = new ConnectionListener(ServeAsync);
    }

    /// <summary>What the client connects to.</summary>
    public int Port => _listener.Port;

    /// <summary>The key exchange algorithms in the first KEXINIT of the client.</summary>
    public Task<IReadOnlyList<string>> ClientOffer => _clientOffer.Task;

    /// <summary>The key exchange algorithms in the first KEXINIT of the server.</summary>
    public Task<IReadOnlyList<string>> ServerOffer => _serverOffer.Task;

    /// <summary>The number of messages that the client received from the relay itself.</summary>
    public int Inserted => Volatile.Read(ref _inserted);

    // Length, padding's length, number, empty data, padding (RFC 4253, 6 and 11.2).
    private static ReadOnlyMemory<byte> Ignore { get; } = new byte[] { 0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private static TaskCompletionSource<IReadOnlyList<string>> NewOffer() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ServeAsync(TcpClient client, CancellationToken token)
    {
        using (client)
        using (TcpClient server = new())
        {
            Task[] passing = [];
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, token);
                client.NoDelay = server.NoDelay = true;
                var (left, right) = (client.GetStream(), server.GetStream());
                passing =
                [
                    PassAsync(left, right, _clientOffer, null, token),
                    PassAsync(right, left, _serverOffer, _insertBefore, token),
                ];
                await Task.WhenAny(passing);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The server or the relay has ended.
            }

            // One side has disconnected; the other one follows.
            client.Close();
            server.Close();
            await Task.WhenAll(passing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PassAsync(
        NetworkStream from,
        NetworkStream to,
        TaskCompletionSource<IReadOnlyList<string>> offer,
        int? insertBefore,
        CancellationToken token
    )
    {
        await PassVersionAsync(from, to, token);
        int number;
        do
        {
            var packet = await ReadPacketAsync(from, token);
            number = packet[5];
            if (number == KeyExchangeInit)
            {
                offer.TrySetResult(Algorithms(packet));
            }

            if (number == insertBefore)
            {
                Interlocked.Increment(ref _inserted);
                await to.WriteAsync(Ignore, token);
            }

            await to.WriteAsync(packet, token);
        } while (number != NewKeys);

        await from.CopyToAsync(to, token);
    }

    private static async Task PassVersionAsync(NetworkStream from, NetworkStream to, CancellationToken token)
    {
        var one = new byte[1];
        do
        {
            await from.ReadExactlyAsync(one, token);
            await to.WriteAsync(one, token);
        } while (one[0] != '\n');
    }

    private static async Task<byte[]> ReadPacketAsync(NetworkStream from, CancellationToken token)
    {
        var length = new byte[4];
        await from.ReadExactlyAsync(length, token);
        var packet = new byte[4 + BinaryPrimitives.ReadInt32BigEndian(length)];
        length.CopyTo(packet, 0);
        await from.ReadExactlyAsync(packet.AsMemory(4), token);
        return packet;
    }

    /// <summary>The first list of a KEXINIT, which follows its number and a cookie of 16 bytes.</summary>
    private static string[] Algorithms(ReadOnlySpan<byte> packet)
    {
        var list = packet[(4 + 1 + 1 + 16)..];
        return Encoding.ASCII.GetString(list.Slice(4, BinaryPrimitives.ReadInt32BigEndian(list))).Split(',');
    }
}
