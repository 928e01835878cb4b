using System.Diagnostics.CodeAnalysis;
using SshMqttBridge.Common;

namespace SshMqttBridge.Servers;

/// <summary>
/// A server's commands in order of arrival. Unlike a bounded channel, the queue supports removal from the middle: a cancelled
/// or expired command frees its place at once. Thread-safe; one reader.
/// </summary>
internal sealed class CommandQueue
{
    private readonly Lock _gate = new();
    private readonly LinkedList<PendingCommand> _waiting = [];

    // Whether a signal is pending that the reader has not seen.
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

    /// <summary>Whether the reader waits: it then takes the next added command at once.</summary>
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
    /// Adds a command, or returns false when the queue is full. A waiting reader resumes on this thread until it waits again:
    /// waking another thread would take longer than sending a command. So do not call this method under a lock.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="limit">The maximum number of queued commands.</param>
    public bool TryAdd(PendingCommand command, int limit)
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

    /// <summary>Removes this command from any position; false when it is no longer in the queue.</summary>
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

    /// <summary>
    /// Waits for an added command or a call of <see cref="Wake"/> since the last wait. The queue may be empty then.
    /// </summary>
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

    /// <summary>
    /// Returns the reader to wake, if one waits. A reader that has just been cancelled finds the signal at its next wait.
    /// </summary>
    private TaskCompletionSource? Signal()
    {
        _isSignalled = true;
        var reader = _reader;
        _reader = null;
        return reader;
    }
}
