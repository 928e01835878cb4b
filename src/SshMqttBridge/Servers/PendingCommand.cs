using SshMqttBridge.Commands;
using SshMqttBridge.Journal;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>A command from its receipt until its result. What is said of duplicates happens under the lock of its <see cref="PendingCommands"/>; the rest says who uses it.</summary>
internal sealed class PendingCommand(Command command) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ReplyAddress> _duplicates = [];
    private readonly Lock _recording = new();
    private bool _isRecorded;
    private StopCause? _cause;

    public Command Command { get; } = command;

    /// <summary>Cancelled when the command is to be stopped while it runs.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Why it is to be stopped; the first cause counts. Read once <see cref="Stop"/> is cancelled.</summary>
    public StopCause Cause => _cause ?? StopCause.Cancelled;

    /// <summary>Ends its wait in the queue when its message expires; null: it does not expire. Set before it is queued.</summary>
    public ITimer? Expiry { get; set; }

    /// <summary>Whose session carried it out; null: none yet. Set by the worker, read at the command's end.</summary>
    public SessionIdentity? RanAs { get; set; }

    /// <summary>How many later messages meant this command.</summary>
    public int DuplicateCount { get; private set; }

    /// <summary>Whom those messages want answered.</summary>
    public IReadOnlyList<ReplyAddress> DuplicateReplies => _duplicates;

    /// <summary>Writes to the journal that it is accepted, unless that has been done. Any thread.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="isLast">Whether it is not to be tried again if it fails.</param>
    /// <exception cref="JournalException">It cannot be written.</exception>
    public void Record(CommandJournal journal, bool isLast = false)
    {
        lock (_recording)
        {
            if (!_isRecorded)
            {
                _isRecorded = isLast;
                journal.Accept(Command);
                _isRecorded = true;
            }
        }
    }

    /// <summary>Writes to the journal that it is sent now, and that it is accepted if that has not been done: one transaction is quicker than two.</summary>
    /// <exception cref="JournalException">It cannot be written; it must not be sent.</exception>
    public void RecordSent(CommandJournal journal)
    {
        lock (_recording)
        {
            if (_isRecorded)
            {
                journal.Sent(Command);
            }
            else
            {
                journal.Accept(Command, isSent: true);
                _isRecorded = true;
            }
        }
    }

    public void AddDuplicate(ReplyAddress? reply)
    {
        DuplicateCount++;
        if (reply is not null)
        {
            _duplicates.Add(reply);
        }
    }

    /// <summary>Asks the running command to stop. Any thread, more than once, and after its end.</summary>
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
