using Microsoft.Data.Sqlite;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Journal;

/// <summary>
/// Stores each accepted command until the broker has acknowledged its result, so that it has exactly one result even if the
/// bridge is killed. Also stores the history. Uses SQLite in WAL mode without a sync at each commit: commits survive a crash of
/// the process, but the latest ones may not survive a power failure (docs/adr/0004). Thread-safe.
/// </summary>
/// <remarks>
/// The journal renames and replaces a damaged file. While the file cannot be written, <see cref="Accept"/> and <see
/// cref="Sent"/> fail, and results stay in memory until they can be written. The same applies while the file is missing: SQLite
/// would continue to write to a file that was removed. It must come back, because it has the ids of the commands that ran; only
/// the next start creates a new one.
/// </remarks>
internal sealed class CommandJournal : IDisposable
{
    /// <summary>
    /// The number of finished commands to keep besides those of the last <see cref="CommandLimits.IdMemory"/>. Scheduled runs
    /// are counted separately.
    /// </summary>
    public const int HistoryLength = 1_000;

    /// <summary>The total size of the results and commands to keep; older ones keep only their outcome.</summary>
    public const long HistoryBytes = 64 << 20;

    /// <summary>The interval between attempts to repair a failing journal.</summary>
    private static readonly TimeSpan RepairInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long the journal must be usable until the end of a trouble is reported: on a full disk, small writes succeed now and
    /// then.
    /// </summary>
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly Action<StorageNotice> _notify;
    private readonly Func<string?> _obstacle;
    private readonly DeferredWrites _deferred = new();
    private readonly TrimSchedule _trim = new();
    private readonly UnfinishedCommands _unfinished = new();
    private readonly JournalReplacement _replacement;
    private readonly ITimer _repair;
    private readonly TimeProvider _time;
    private readonly SteadyClock _clock;
    private JournalDatabase? _database;
    private FileStatus? _opened;
    private bool _mustExist;
    private string? _fault;
    private bool _isFaultReported;
    private long _failedAt;
    private bool _isDisposed;

    /// <summary>Opens the journal or creates it. Does not throw: see <see cref="Fault"/>.</summary>
    /// <param name="file">The file, in a folder that only the bridge uses.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="notify">Called under a lock when the journal fails, is replaced, or recovers; must be quick, and not call
    /// back or throw.</param>
    /// <param name="obstacle">Returns the reason why the file must not be opened now, or null.</param>
    public CommandJournal(
        string file,
        TimeProvider? time = null,
        Action<StorageNotice>? notify = null,
        Func<string?>? obstacle = null
    )
    {
        _file = file;
        _time = time ?? TimeProvider.System;
        _clock = new SteadyClock(_time);
        _notify = notify ?? (static _ => { });
        _obstacle = obstacle ?? (static () => null);
        _replacement = new JournalReplacement(file, _time, _notify);
        _repair = _time.CreateTimer(_ => TryRepair(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            TryOpen();
        }
    }

    /// <summary>
    /// The time by which the journal counts the age of results. Setting the wall clock does not change it, so that an id stays
    /// known for <see cref="CommandLimits.IdMemory"/>.
    /// </summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>The reason why the journal is unusable now; null: it is usable.</summary>
    public string? Fault
    {
        get
        {
            lock (_gate)
            {
                return _fault;
            }
        }
    }

    /// <summary>Records that a command is accepted: from now on it is guaranteed a result.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isSent">Whether the command is sent at once: see <see cref="Sent"/>.</param>
    /// <exception cref="JournalException">The journal cannot be written; the command must be rejected.</exception>
    public void Accept(Command command, bool isSent = false) =>
        Use(database =>
        {
            database.Accept(command, isSent);
            return true;
        });

    /// <summary>Records that a command is about to be sent to its server: from now on it may have run.</summary>
    /// <exception cref="JournalException">The journal cannot be written; the command must not be sent.</exception>
    public void Sent(Command command) =>
        Use(database =>
        {
            database.Sent(command.Origin.ServerId, command.Id);
            return true;
        });

    /// <summary>Records a command's result, now or as soon as the journal is usable.</summary>
    public void Ended(string serverId, string id, DateTimeOffset at, byte[] result)
    {
        lock (_gate)
        {
            Defer(database => database.Ended(serverId, id, at.ToUnixTimeMilliseconds(), result));
            if (_trim.Count(result.Length))
            {
                var since = CommandLimits.IdsKeptSince(at).ToUnixTimeMilliseconds();
                Defer(database => database.Trim(since, HistoryLength, HistoryBytes));
            }
        }
    }

    /// <summary>Adds commands of other instances of the group, except those that are known, now or as soon as the journal is usable.</summary>
    /// <param name="entries">Those with a result have ended, and the broker has acknowledged them.</param>
    public void Import(IReadOnlyList<JournalEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        lock (_gate)
        {
            var now = Now.ToUnixTimeMilliseconds();
            Defer(database => database.Import(entries, now));
        }
    }

    /// <summary>
    /// Removes a command whose result the broker has not acknowledged: another instance of the group has ended it.
    /// </summary>
    public void Forget(JournalEntry entry)
    {
        lock (_gate)
        {
            Defer(database => database.Forget(entry.ServerId, entry.Id, entry.ReceivedAt.ToUnixTimeMilliseconds()));
        }
    }

    /// <summary>Records that the broker has acknowledged the result, now or as soon as the journal is usable.</summary>
    public void Acknowledged(string serverId, string id)
    {
        lock (_gate)
        {
            Defer(database => database.Acknowledged(serverId, id));
        }
    }

    /// <summary>
    /// The JSON result of a command that ended on that server after <paramref name="since"/>, without its output if it is
    /// larger than <paramref name="maximumBytes"/>; null if not found.
    /// </summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public byte[]? FindResult(string serverId, string id, DateTimeOffset since, int maximumBytes = int.MaxValue) =>
        Use(database => database.FindResult(serverId, id, since.ToUnixTimeMilliseconds(), maximumBytes), isWrite: false);

    /// <summary>The commands whose result the broker has not acknowledged, oldest first.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public IReadOnlyList<JournalEntry> Unacknowledged() => Use(database => database.Unacknowledged(out _), isWrite: false);

    /// <summary>
    /// Delivers the commands that an earlier run of the bridge left unfinished, oldest first, once the journal is open.
    /// </summary>
    /// <param name="recover">Called once for each command, without a lock.</param>
    public void Recover(Action<JournalEntry> recover) => _unfinished.Handle(recover);

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _repair.Dispose();
            WriteDeferred();
            Close();
        }
    }

    /// <summary>
    /// The last attempt: without it, the next start would publish another result for a command that ended while the journal could
    /// not be written.
    /// </summary>
    private void WriteDeferred()
    {
        if (_deferred.IsEmpty)
        {
            return;
        }

        if (_database is { } database)
        {
            Guard(database, static _ => { });
        }
        else
        {
            TryOpen();
        }
    }

    private T Use<T>(Func<JournalDatabase, T> action, bool isWrite = true)
    {
        lock (_gate)
        {
            try
            {
                CloseIfRemoved();
                if (_database is { } database)
                {
                    _deferred.Flush(database);
                    var result = action(database);
                    if (isWrite)
                    {
                        // A full disk can still be read.
                        OnRecovered();
                    }

                    return result;
                }
            }
            catch (SqliteException exception)
            {
                OnFailed(exception);
                throw new JournalException(UnusableMessage(JournalFault.Describe(exception)), exception);
            }

            throw new JournalException(_fault ?? "The journal is closed.");
        }
    }

    /// <summary>Writes now or after recovery, in order. Called under the lock.</summary>
    private void Defer(Action<JournalDatabase> write)
    {
        _deferred.Add(write);
        if (_database is { } database)
        {
            Guard(database, static _ => { });
        }
    }

    private void Guard(JournalDatabase database, Action<JournalDatabase> write)
    {
        try
        {
            _deferred.Flush(database);
            write(database);
            OnRecovered();
        }
        catch (SqliteException exception)
        {
            OnFailed(exception);
        }
    }

    private void OnRecovered() => _fault = null;

    /// <summary>Reports the end of a trouble once it has lasted: each trouble has one start and one end.</summary>
    private void ReportRecovery()
    {
        if (_fault is null && _isFaultReported && _time.GetElapsedTime(_failedAt) >= RecoveryTime)
        {
            _isFaultReported = false;
            _repair.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _notify(new StorageNotice(true, $"The journal {_file} is usable again."));
        }
    }

    private void CloseIfRemoved()
    {
        if (_database is not null && !FileIdentity.IsSame(_file, _opened))
        {
            Close();
            MarkUnusable(RemovedMessage);
        }
    }

    private void OnFailed(SqliteException exception)
    {
        if (JournalFault.IsDamage(exception))
        {
            Close();
            Replace(exception);
            return;
        }

        if (!JournalFault.IsTransient(exception))
        {
            Close();
        }

        MarkUnusable(UnusableMessage(JournalFault.Describe(exception)));
    }

    private void MarkUnusable(string fault)
    {
        _fault = fault;
        _failedAt = _time.GetTimestamp();
        if (!_isFaultReported)
        {
            _isFaultReported = true;
            _notify(new StorageNotice(false, fault + " The bridge rejects commands until it can be written."));
            _repair.Change(RepairInterval, RepairInterval);
        }
    }

    private void TryOpen()
    {
        if (_obstacle() is { } obstacle)
        {
            MarkUnusable(obstacle);
            return;
        }

        if (_mustExist && FileIdentity.Of(_file) is null)
        {
            MarkUnusable(RemovedMessage);
            return;
        }

        try
        {
            _database = new JournalDatabase(_file);
            _opened = FileIdentity.Of(_file);
            _mustExist = true;
            if (_unfinished.Load(_database) is > 0 and var unreadable)
            {
                _notify(new StorageNotice(false, $"{unreadable} unfinished commands in the journal {_file} cannot be read."));
            }

            _deferred.Flush(_database);
            OnRecovered();
        }
        catch (SqliteException exception)
        {
            OnFailed(exception);
        }
    }

    private void Replace(SqliteException damage)
    {
        // If it can be renamed, but its successor cannot be created now, a later attempt must create it.
        _mustExist = false;
        if (_replacement.Replace(damage) is { } reason)
        {
            MarkUnusable(UnusableMessage(reason));
            return;
        }

        TryOpen();
    }

    private void TryRepair()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            CloseIfRemoved();
            if (_database is { } database)
            {
                Guard(database, static database => database.Probe());
            }
            else
            {
                TryOpen();
            }

            ReportRecovery();
        }

        _unfinished.Deliver();
    }

    private void Close()
    {
        _database?.Dispose();
        _database = null;
    }

    private string RemovedMessage =>
        $"The journal {_file} was removed while the bridge was running: restore it, or restart the bridge to create a new one.";

    private string UnusableMessage(string reason) => $"The journal {_file} cannot be used: {reason}.";
}
