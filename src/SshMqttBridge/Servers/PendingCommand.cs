using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>An accepted command from its receipt until its result. Members are used under the lock of its <see cref="PendingCommands"/> unless they say otherwise.</summary>
internal sealed class PendingCommand(Command command) : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly List<ReplyAddress> _duplicates = [];
    StopCause? _cause;

    public Command Command { get; } = command;

    /// <summary>Cancelled when the command is to be stopped while it runs. May be used without the lock.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Why it is to be stopped; the first cause counts. May be read without the lock once <see cref="Stop"/> is cancelled.</summary>
    public StopCause Cause => _cause ?? StopCause.Cancelled;

    /// <summary>Whether it has been taken from the queue.</summary>
    public bool IsRunning { get; set; }

    /// <summary>Ends its wait in the queue when its message expires; null: it does not expire.</summary>
    public ITimer? Expiry { get; set; }

    /// <summary>Whose session carried it out; null: none yet. Set by the worker, read at the command's end.</summary>
    public SessionIdentity? RanAs { get; set; }

    /// <summary>How many later messages meant this command.</summary>
    public int DuplicateCount { get; private set; }

    /// <summary>Whom those messages want answered.</summary>
    public IReadOnlyList<ReplyAddress> DuplicateReplies => _duplicates;

    public void AddDuplicate(ReplyAddress? reply)
    {
        DuplicateCount++;
        if (reply is not null)
        {
            _duplicates.Add(reply);
        }
    }

    /// <summary>Asks the running command to stop. May be called without the lock, more than once, and after its end.</summary>
    public void RequestStop(StopCause cause)
    {
        _cause ??= cause;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    public void Dispose()
    {
        Expiry?.Dispose();
        _stop.Dispose();
    }
}

/// <summary>Why a running command is stopped.</summary>
internal enum StopCause
{
    /// <summary>Somebody wrote to <c>cancel/set</c>.</summary>
    Cancelled,

    /// <summary>The bridge stops, and the command took longer than the time that is left for it.</summary>
    Shutdown,
}
