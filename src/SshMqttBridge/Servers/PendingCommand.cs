using SshMqttBridge.Commands;
using SshMqttBridge.Journal;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>
/// A command from its receipt until its result. The lock of <see cref="PendingCommands"/> guards the members for duplicates; the
/// other members document their thread safety.
/// </summary>
internal sealed class PendingCommand(Command command) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ReplyAddress?> _duplicates = [];
    private readonly Lock _recordGate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isRecorded;
    private StopCause? _cause;

    public Command Command { get; } = command;

    /// <summary>Cancelled to stop the running command.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>The cause of the stop; the first one counts. Valid after <see cref="Stop"/> is cancelled.</summary>
    public StopCause Cause => _cause ?? StopCause.Cancelled;

    /// <summary>Removes the command from the queue when its message expires; null: no expiry. Set before queuing.</summary>
    public ITimer? Expiry { get; set; }

    /// <summary>
    /// The identity of the session that ran it; null: none. The worker sets it; the ledger reads it at the command's end.
    /// </summary>
    public SessionIdentity? RanAs { get; set; }

    /// <summary>Whether the group has a record of it: see <see cref="ICommandRecords"/>, which sets it.</summary>
    public bool HasRecord { get; set; }

    /// <summary>Completes at its end.</summary>
    public Task WhenEnded => _ended.Task;

    /// <summary>The duplicates of this command: the reply address of each, or null if it has none.</summary>
    public IReadOnlyList<ReplyAddress?> Duplicates => _duplicates;

    /// <summary>Records in the journal that the command is accepted, unless it is already recorded. Any thread.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="isLast">Whether this is the last attempt, even if it fails.</param>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public void Record(CommandJournal journal, bool isLast = false)
    {
        lock (_recordGate)
        {
            if (!_isRecorded)
            {
                _isRecorded = isLast;
                journal.Accept(Command);
                _isRecorded = true;
            }
        }
    }

    /// <summary>
    /// Records in the journal that the command is sent, and also that it is accepted if that is not yet recorded: one
    /// transaction is faster than two.
    /// </summary>
    /// <exception cref="JournalException">The journal cannot be written; the command must not be sent.</exception>
    public void RecordSent(CommandJournal journal)
    {
        lock (_recordGate)
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

    /// <summary>Set by the worker while the command runs: corrects its timeout after the bridge did not run.</summary>
    public Action? AfterInterruption { get; set; }

    public void AddDuplicate(ReplyAddress? reply) => _duplicates.Add(reply);

    /// <summary>
    /// Requests the running command to stop. Any thread; repeated calls, and calls after its end, have no effect.
    /// </summary>
    public void RequestStop(StopCause cause)
    {
        _cause ??= cause;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has just ended.
        }
    }

    public void Dispose()
    {
        Expiry?.Dispose();
        _stop.Dispose();
        _ended.TrySetResult();
    }
}

/// <summary>Why a running command is stopped.</summary>
internal enum StopCause
{
    /// <summary>A client published to <c>cancel/set</c>.</summary>
    Cancelled,

    /// <summary>The bridge did not run for a while before it sent the command.</summary>
    Interrupted,

    /// <summary>The bridge has lost the lease of its group.</summary>
    LeaseLost,

    /// <summary>The bridge is shutting down, and the command exceeded the shutdown timeout.</summary>
    Shutdown,
}
