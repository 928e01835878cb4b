using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>
/// A network link between a client and a server of a test, with faults that can change while it runs. Thread-safe.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly ConnectionListener _listener;
    private readonly int _target;
    private readonly Random _random;
    private readonly Lock _gate = new();
    private readonly HashSet<ProxiedConnection> _connections = [];
    private TaskCompletionSource _changed = NewSignal();
    private LinkFault _fault = new LinkFault.None();

    /// <param name="targetPort">The target, on the loopback interface.</param>
    /// <param name="seed">For the sizes of segments and the choice of bits.</param>
    public FaultProxy(int targetPort, int seed = 0)
    {
        _target = targetPort;
        _random = new Random(seed);
        _listener = new ConnectionListener(ServeAsync);
    }

    /// <summary>What the client connects to.</summary>
    public int Port => _listener.Port;

    /// <summary>Takes effect at once, for open and new connections.</summary>
    public LinkFault Fault
    {
        get
        {
            lock (_gate)
            {
                return _fault;
            }
        }
        set
        {
            TaskCompletionSource changed;
            lock (_gate)
            {
                _fault = value;
                changed = _changed;
                _changed = NewSignal();
            }

            changed.SetResult();
            if (value is LinkFault.Refuse)
            {
                Cut();
            }
        }
    }

    /// <summary>Closes all open connections; new ones pass.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var connection in _connections)
            {
                connection.Close(isReset: false);
            }
        }
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, CancellationToken token)
    {
        using ProxiedConnection connection = new(client);
        lock (_gate)
        {
            if (_fault is LinkFault.Refuse)
            {
                return;
            }

            _connections.Add(connection);
        }

        try
        {
            await connection.ConnectAsync(_target, token);
            await await Task.WhenAny(
                CopyAsync(connection, connection.Client, connection.Server, token),
                CopyAsync(connection, connection.Server, connection.Client, token)
            );
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or SocketException
                        or ObjectDisposedException
                        or OperationCanceledException
                        or InvalidOperationException
            )
        {
            // One side has disconnected; the other one follows.
        }
        finally
        {
            lock (_gate)
            {
                _connections.Remove(connection);
            }
        }
    }

    private async Task CopyAsync(ProxiedConnection connection, TcpClient from, TcpClient to, CancellationToken token)
    {
        var buffer = new byte[65_536];
        var source = from.GetStream();
        var target = to.GetStream();
        int count;
        do
        {
            count = await source.ReadAsync(buffer, token);
            await WhileStalledAsync(token);
            await PassAsync(connection, target, buffer.AsMemory(0, count), token);
        } while (count > 0);
    }

    /// <summary>A connection that ends while the link stalls ends, for the other side, when that is over.</summary>
    private async Task WhileStalledAsync(CancellationToken token)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_fault is not LinkFault.Stall)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(token);
        }
    }

    private async Task PassAsync(ProxiedConnection connection, NetworkStream target, Memory<byte> block, CancellationToken token)
    {
        var fault = Fault;
        var before = connection.Count(fault, block.Length);
        switch (fault)
        {
            case LinkFault.ResetAfter reset when before + block.Length >= reset.Bytes:
                await target.WriteAsync(block[..(int)Math.Clamp(reset.Bytes - before, 0, block.Length)], token);
                connection.Close(isReset: true);
                break;
            case LinkFault.Delay delay:
                await Task.Delay(delay.Time, token);
                await target.WriteAsync(block, token);
                break;
            case LinkFault.Slice slice:
                for (int start = 0, size; start < block.Length; start += size)
                {
                    size = Math.Min(Next(slice.MaximumBytes) + 1, block.Length - start);
                    await target.WriteAsync(block.Slice(start, size), token);
                }

                break;
            case LinkFault.FlipBit flip:
                Flip(block.Span, connection.BitToFlip(flip, () => Next(flip.WithinBytes * 8)) - before * 8);
                await target.WriteAsync(block, token);
                break;
            default:
                await target.WriteAsync(block, token);
                break;
        }
    }

    private static void Flip(Span<byte> block, long bit)
    {
        if (bit >= 0 && bit < block.Length * 8L)
        {
            block[(int)(bit / 8)] ^= (byte)(1 << (int)(bit % 8));
        }
    }

    private int Next(int limit)
    {
        lock (_gate)
        {
            return _random.Next(limit);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
