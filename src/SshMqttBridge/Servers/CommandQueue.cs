using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Common;

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

    // That there is something to look at, which nobody has yet.
    private bool _isSignalled;
    private TaskCompletionSource? _reader;

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

    /// <summary>Whether a reader waits, which takes what is added now at once.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_gate)
            {
                return _reader is not null;
            }
        }
    }

    /// <summary>
    /// Adds a command, or returns false when the queue is full. A reader that waits goes on here and now, until it has to wait again: waking another thread for it would take longer than
    /// sending a command. So not to be called under a lock.
    /// </summary>
    public bool TryAdd(PendingCommand command)
    {
        TaskCompletionSource? reader;
        lock (_gate)
        {
            if (_waiting.Count >= limit)
            {
                return false;
            }

            _waiting.AddLast(command);
            reader = Signal();
        }

        reader?.SetResult();
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

    /// <summary>Makes <see cref="WaitAsync"/> return, on another thread.</summary>
    public void Wake()
    {
        TaskCompletionSource? reader;
        lock (_gate)
        {
            reader = Signal();
        }

        reader?.CompleteOnPool();
    }

    /// <summary>Waits until a command was added or <see cref="Wake"/> was called since the last wait; there may be none to take.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Task signal;
        lock (_gate)
        {
            if (_isSignalled)
            {
                _isSignalled = false;
                return;
            }

            _reader ??= new TaskCompletionSource();
            signal = _reader.Task;
        }

        await signal.WaitAsync(cancellationToken);
        lock (_gate)
        {
            _isSignalled = false;
        }
    }

    /// <summary>Gives the reader that is to be woken, if one waits; one that has just given up finds the signal when it waits again.</summary>
    private TaskCompletionSource? Signal()
    {
        _isSignalled = true;
        var reader = _reader;
        _reader = null;
        return reader;
    }
}
