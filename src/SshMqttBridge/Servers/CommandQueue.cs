using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace SshMqttBridge.Servers;

/// <summary>
/// A server's commands in order of arrival, as a bounded channel that one can also be taken out of the middle of: a cancelled or expired command frees its place at once.
/// Thread-safe; one reader.
/// </summary>
/// <param name="limit">How many may wait.</param>
internal sealed class CommandQueue(int limit)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<PendingCommand> _waiting = [];

    // Holds one signal at the most: that there is something to look at.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds a command, or returns false when the queue is full.</summary>
    public bool TryAdd(PendingCommand command)
    {
        lock (_gate)
        {
            if (_waiting.Count >= limit)
            {
                return false;
            }

            _waiting.AddLast(command);
        }

        Wake();
        return true;
    }

    /// <summary>Takes the oldest command.</summary>
    public bool TryTake([NotNullWhen(true)] out PendingCommand? command)
    {
        lock (_gate)
        {
            command = _waiting.First?.Value;
            if (command is not null)
            {
                _waiting.RemoveFirst();
            }

            return command is not null;
        }
    }

    /// <summary>Takes this command out, wherever it stands; false when it is no longer in the queue.</summary>
    public bool TryRemove(PendingCommand command)
    {
        lock (_gate)
        {
            return _waiting.Remove(command);
        }
    }

    /// <summary>Makes <see cref="WaitAsync"/> return.</summary>
    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Waits until a command was added or <see cref="Wake"/> was called since the last wait; there may be none to take.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);
}
