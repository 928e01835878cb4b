using Microsoft.Data.Sqlite;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Journal;

/// <summary>
/// Remembers each accepted command until the broker has its result, so that it has exactly one also when the bridge is killed,
/// and what ended lately. SQLite in WAL mode without a sync at each commit: what is written outlives the process, and the last moments may not outlive a
/// power cut (docs/adr). Thread-safe.
/// </summary>
/// <remarks>
/// A file that is damaged is set aside and a new one begun. One that cannot be written makes <see cref="Accept"/> and <see cref="Sent"/> fail until it can
/// be; ends that happen meanwhile are remembered and written then.
/// </remarks>
internal sealed class CommandJournal : IDisposable
{
    /// <summary>How many ended commands are kept at the most, beside those of the last <see cref="CommandLimits.IdMemory"/>; and as many runs by schedule.</summary>
    public const int HistoryLength = 1_000;

    /// <summary>How much of their results and commands is kept, likewise; beyond it only how they ended.</summary>
    public const long HistoryBytes = 64 << 20;

    private const int TrimEveryCommands = 256;
    private const long TrimEveryBytes = 16 << 20;

    /// <summary>How often a journal that fails is looked at.</summary>
    private static readonly TimeSpan RepairInterval = TimeSpan.FromSeconds(2);

    /// <summary>A new journal that is damaged sooner than this is not replaced: the disk is, and would be filled.</summary>
    private static readonly TimeSpan ReplaceInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly Action<StorageNotice> _notify;
    private readonly Func<string?> _obstacle;
    private readonly Queue<Action<JournalDatabase>> _deferred = new();
    private readonly ITimer _repair;
    private JournalDatabase? _database;
    private IReadOnlyList<JournalEntry>? _leftBehind;
    private Action<JournalEntry>? _recover;
    private string? _fault;
    private long? _replacedAt;
    private bool _wasOpened;
    private bool _isDisposed;
    private int _endedSinceTrim;
    private long _bytesSinceTrim;

    /// <summary>Opens the journal, making it where there is none. Does not fail: see <see cref="Fault"/>.</summary>
    /// <param name="file">The file, in a folder that nobody else uses.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="notify">Told when the journal begins to fail, is replaced, and works again. Called under a lock: must be quick, and not call back or throw.</param>
    /// <param name="obstacle">Says why the file must not be opened now, or null if it may be.</param>
    public CommandJournal(
        string file,
        TimeProvider? time = null,
        Action<StorageNotice>? notify = null,
        Func<string?>? obstacle = null
    )
    {
        _file = file;
        _time = time ?? TimeProvider.System;
        _notify = notify ?? (static _ => { });
        _obstacle = obstacle ?? (static () => null);
        _repair = _time.CreateTimer(_ => TryRepair(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
        {
            TryOpen();
        }
    }

    /// <summary>Why it cannot be used at the moment; null: it can.</summary>
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

    /// <summary>Writes that a command was accepted: from here on it will have a result.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isSent">Whether it is sent at once: see <see cref="Sent"/>.</param>
    /// <exception cref="JournalException">It cannot be written; the command must be refused.</exception>
    public void Accept(Command command, bool isSent = false) =>
        Use(database =>
        {
            database.Accept(command, isSent);
            return true;
        });

    /// <summary>Writes, just before it happens, that a command is sent to its server: from here on it may have run.</summary>
    /// <exception cref="JournalException">It cannot be written; the command must not be sent.</exception>
    public void Sent(Command command) =>
        Use(database =>
        {
            database.Sent(command.Origin.ServerId, command.Id);
            return true;
        });

    /// <summary>Writes a command's result, now or as soon as it can be.</summary>
    public void Ended(string serverId, string id, DateTimeOffset at, byte[] result)
    {
        lock (_gate)
        {
            Defer(database => database.Ended(serverId, id, at.ToUnixTimeMilliseconds(), result));
            _bytesSinceTrim += result.Length;
            if (++_endedSinceTrim >= TrimEveryCommands || _bytesSinceTrim >= TrimEveryBytes)
            {
                (_endedSinceTrim, _bytesSinceTrim) = (0, 0);
                var since = (at - CommandLimits.IdMemory).ToUnixTimeMilliseconds();
                Defer(database => database.Trim(since, HistoryLength, HistoryBytes));
            }
        }
    }

    /// <summary>Writes that the broker has the result, now or as soon as it can be.</summary>
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

    /// <summary>The commands that the broker has no result of, oldest first.</summary>
    /// <exception cref="JournalException">It cannot be read.</exception>
    public IReadOnlyList<JournalEntry> Unacknowledged() => Use(database => database.Unacknowledged(out _));

    /// <summary>Hands over the commands that an earlier run of the bridge left behind, oldest first: now, or as soon as the journal can be opened.</summary>
    /// <param name="recover">Called once for each, under no lock.</param>
    public void Recover(Action<JournalEntry> recover)
    {
        lock (_gate)
        {
            _recover = recover;
        }

        HandOver();
    }

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
                    FlushDeferred(database);
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

    /// <summary>Does what has to be done sooner or later, in order. Called under the lock.</summary>
    private void Defer(Action<JournalDatabase> write)
    {
        _deferred.Enqueue(write);
        if (_database is { } database)
        {
            Guard(database, static _ => { });
        }
    }

    private void Guard(JournalDatabase database, Action<JournalDatabase> write)
    {
        try
        {
            FlushDeferred(database);
            write(database);
            OnRecovered();
        }
        catch (SqliteException exception)
        {
            OnFailed(exception);
        }
    }

    // No more are owed than commands were under way when it began: new ones are refused.
    private void FlushDeferred(JournalDatabase database)
    {
        while (_deferred.TryPeek(out var write))
        {
            write(database);
            _deferred.Dequeue();
        }
    }

    private void OnRecovered()
    {
        if (_fault is not null)
        {
            _fault = null;
            _repair.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _notify(new StorageNotice(true, $"The journal {_file} can be used again."));
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

        IsUnusable(Sentence(JournalFault.Words(exception)));
    }

    private void IsUnusable(string fault)
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
            IsUnusable(obstacle);
            return;
        }

        try
        {
            _database = new JournalDatabase(_file);
            if (!_wasOpened)
            {
                _leftBehind = _database.Unacknowledged(out var unreadable);
                _wasOpened = true;
                if (unreadable > 0)
                {
                    _notify(new StorageNotice(false, $"{unreadable} unfinished commands in the journal {_file} cannot be read."));
                }
            }

            FlushDeferred(_database);
            OnRecovered();
        }
        catch (SqliteException exception)
        {
            OnFailed(exception);
        }
    }

    private void Replace(SqliteException damage)
    {
        if (_replacedAt is { } at && _time.GetElapsedTime(at) < ReplaceInterval)
        {
            IsUnusable(Sentence("it was damaged, replaced, and is damaged again"));
            return;
        }

        try
        {
            var aside = JournalSalvage.SetAside(_file, _time.GetUtcNow());
            _replacedAt = _time.GetTimestamp();
            var rows = JournalSalvage.Rows(aside);
            using (var made = new JournalDatabase(_file))
            {
                made.Add(rows);
            }

            _notify(
                new StorageNotice(
                    false,
                    $"The journal {_file} was damaged ({damage.Message}) and is now {aside}. {rows.Count} commands could be read from it; "
                        + "what else it held is lost, and so are the results of commands that were in it and not finished. A new one was begun."
                )
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            IsUnusable(Sentence($"it is damaged and cannot be set aside: {exception.Message}"));
            return;
        }
        catch (SqliteException exception) when (!JournalFault.IsDamage(exception))
        {
            IsUnusable(Sentence(JournalFault.Words(exception)));
            return;
        }
        catch (SqliteException)
        {
            // The new one too: TryOpen finds that out again, and leaves it at that.
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

        HandOver();
    }

    private void HandOver()
    {
        IReadOnlyList<JournalEntry> entries;
        lock (_gate)
        {
            if (_recover is null || _leftBehind is null)
            {
                return;
            }

            entries = _leftBehind;
            _leftBehind = null;
        }

        foreach (var entry in entries)
        {
            _recover(entry);
        }
    }

    private void Close()
    {
        _database?.Dispose();
        _database = null;
    }

    private string Sentence(string words) => $"The journal {_file} cannot be used: {words}.";
}
