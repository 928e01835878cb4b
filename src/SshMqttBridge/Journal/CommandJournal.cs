using Microsoft.Data.Sqlite;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Journal;

/// <summary>
/// Stores each accepted command until the broker has acknowledged its result, so that it has exactly one result even if the bridge is killed, and the history.
/// SQLite in WAL mode without a sync at each commit: commits survive the process; those of the last moments may not survive a power failure
/// (docs/adr/0004). Thread-safe.
/// </summary>
/// <remarks>
/// A damaged file is renamed and replaced. While the file cannot be written, <see cref="Accept"/> and <see cref="Sent"/> fail; results are kept in memory and
/// written later.
/// </remarks>
internal sealed class CommandJournal : IDisposable
{
    /// <summary>The number of finished commands that are kept besides those of the last <see cref="CommandLimits.IdMemory"/>, and the number of scheduled runs.</summary>
    public const int HistoryLength = 1_000;

    /// <summary>The size of their results and commands that is kept; of older ones only the outcome is.</summary>
    public const long HistoryBytes = 64 << 20;

    /// <summary>How often a failing journal is tried again.</summary>
    private static readonly TimeSpan RepairInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly Action<StorageNotice> _notify;
    private readonly Func<string?> _obstacle;
    private readonly DeferredWrites _deferred = new();
    private readonly TrimSchedule _trim = new();
    private readonly UnfinishedCommands _unfinished = new();
    private readonly JournalReplacement _replacement;
    private readonly ITimer _repair;
    private JournalDatabase? _database;
    private string? _fault;
    private bool _isDisposed;

    /// <summary>Opens the journal or creates it. Does not throw: see <see cref="Fault"/>.</summary>
    /// <param name="file">The file, in a folder that nobody else uses.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="notify">Called when the journal fails, is replaced, and works again; under a lock: must be quick, and not call back or throw.</param>
    /// <param name="obstacle">Returns why the file must not be opened now; null if it may be.</param>
    public CommandJournal(
        string file,
        TimeProvider? time = null,
        Action<StorageNotice>? notify = null,
        Func<string?>? obstacle = null
    )
    {
        _file = file;
        var clock = time ?? TimeProvider.System;
        _notify = notify ?? (static _ => { });
        _obstacle = obstacle ?? (static () => null);
        _replacement = new JournalReplacement(file, clock, _notify);
        _repair = clock.CreateTimer(_ => TryRepair(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            TryOpen();
        }
    }

    /// <summary>Why the journal is unusable at the moment; null if it is usable.</summary>
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

    /// <summary>Records that a command is accepted: from now on it will have a result.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isSent">Whether it is sent at once: see <see cref="Sent"/>.</param>
    /// <exception cref="JournalException">It cannot be written; the command must be refused.</exception>
    public void Accept(Command command, bool isSent = false) =>
        Use(database =>
        {
            database.Accept(command, isSent);
            return true;
        });

    /// <summary>Records, just before it happens, that a command is sent to its server: from now on it may have run.</summary>
    /// <exception cref="JournalException">It cannot be written; the command must not be sent.</exception>
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
                var since = TrimSchedule.KeptSince(at).ToUnixTimeMilliseconds();
                Defer(database => database.Trim(since, HistoryLength, HistoryBytes));
            }
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

    /// <summary>The JSON result of a command of that server that ended after <paramref name="since"/>; null if there is none.</summary>
    /// <exception cref="JournalException">It cannot be read.</exception>
    public byte[]? FindResult(string serverId, string id, DateTimeOffset since) =>
        Use(database => database.FindResult(serverId, id, since.ToUnixTimeMilliseconds()));

    /// <summary>The commands whose result the broker has not acknowledged, oldest first.</summary>
    /// <exception cref="JournalException">It cannot be read.</exception>
    public IReadOnlyList<JournalEntry> Unacknowledged() => Use(database => database.Unacknowledged(out _));

    /// <summary>Hands over the commands that an earlier run of the bridge did not finish, oldest first: now, or as soon as the journal can be opened.</summary>
    /// <param name="recover">Called once for each, under no lock.</param>
    public void Recover(Action<JournalEntry> recover) => _unfinished.Handle(recover);

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _repair.Dispose();
            _database?.Dispose();
            _database = null;
        }
    }

    private T Use<T>(Func<JournalDatabase, T> action)
    {
        lock (_gate)
        {
            try
            {
                if (_database is { } database)
                {
                    _deferred.Flush(database);
                    var result = action(database);
                    OnRecovered();
                    return result;
                }
            }
            catch (SqliteException exception)
            {
                OnFailed(exception);
                throw new JournalException(Sentence(JournalFault.Words(exception)), exception);
            }

            throw new JournalException(_fault ?? "The journal is closed.");
        }
    }

    /// <summary>Writes now or later, in order. Called under the lock.</summary>
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

    private void OnRecovered()
    {
        if (_fault is not null)
        {
            _fault = null;
            _repair.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _notify(new StorageNotice(true, $"The journal {_file} is usable again."));
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

        if (!JournalFault.IsPassing(exception))
        {
            Close();
        }

        MarkUnusable(Sentence(JournalFault.Words(exception)));
    }

    private void MarkUnusable(string fault)
    {
        if (_fault is null)
        {
            _notify(new StorageNotice(false, fault + " Commands are refused until it can be written."));
            _repair.Change(RepairInterval, RepairInterval);
        }

        _fault = fault;
    }

    private void TryOpen()
    {
        if (_obstacle() is { } obstacle)
        {
            MarkUnusable(obstacle);
            return;
        }

        try
        {
            _database = new JournalDatabase(_file);
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
        if (_replacement.Replace(damage) is { } reason)
        {
            MarkUnusable(Sentence(reason));
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

            if (_database is { } database)
            {
                Guard(database, static database => database.Probe());
            }
            else
            {
                TryOpen();
            }
        }

        _unfinished.Deliver();
    }

    private void Close()
    {
        _database?.Dispose();
        _database = null;
    }

    private string Sentence(string words) => $"The journal {_file} cannot be used: {words}.";
}
