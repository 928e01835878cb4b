namespace SshMqttBridge.Journal;

/// <summary>The journal's statements. A row goes from accepted (0) to sent (1), ended (2) and settled (3).</summary>
internal static class JournalSql
{
    /// <summary>Before anything else: the first one only matters to a new file. The last one, 64 MiB, only matters when <see cref="Checkpoint"/> fails.</summary>
    public const string Settings = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA secure_delete = OFF;
        PRAGMA journal_size_limit = 4194304;
        PRAGMA wal_autocheckpoint = 16384;
        """;

    /// <summary>Neither waits for writers nor blocks them.</summary>
    public const string Checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";

    public const string Check = "PRAGMA quick_check(1)";

    public const string Schema = """
        CREATE TABLE IF NOT EXISTS command (
            number INTEGER PRIMARY KEY,
            server TEXT NOT NULL,
            id TEXT NOT NULL,
            operation TEXT NOT NULL,
            command TEXT,
            received_at INTEGER NOT NULL,
            reply_topic TEXT,
            correlation BLOB,
            state INTEGER NOT NULL DEFAULT 0,
            ended_at INTEGER,
            result BLOB,
            action TEXT,
            scheduled INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX IF NOT EXISTS command_by_id ON command (server, id);
        CREATE INDEX IF NOT EXISTS command_unsettled ON command (number) WHERE state < 3;
        """;

    /// <summary>The version of the tables; written each time to see whether the file can be written.</summary>
    public const string Probe = "PRAGMA user_version = 2";

    /// <summary>1 if the table is of version 2, which can tell an action.</summary>
    public const string HasActions = "SELECT count(*) FROM pragma_table_info('command') WHERE name = 'action'";

    /// <summary>Version 1 to 2.</summary>
    public const string AddActions = """
        BEGIN;
        ALTER TABLE command ADD COLUMN action TEXT;
        ALTER TABLE command ADD COLUMN scheduled INTEGER NOT NULL DEFAULT 0;
        COMMIT;
        """;

    private const string ActionColumns = "action, scheduled";

    public const string Accept = """
        INSERT INTO command (server, id, operation, command, received_at, reply_topic, correlation, action, scheduled, state)
        VALUES ($server, $id, $operation, $command, $at, $reply, $correlation, $action, $scheduled, $state)
        """;

    public const string Sent = "UPDATE command SET state = 1 WHERE server = $server AND id = $id AND state = 0";

    public const string Ended =
        "UPDATE command SET state = 2, ended_at = $at, result = $result WHERE server = $server AND id = $id AND state < 2";

    public const string Acknowledged = "UPDATE command SET state = 3 WHERE server = $server AND id = $id AND state = 2";

    public const string Find = """
        SELECT result FROM command
        WHERE server = $server AND id = $id AND state >= 2 AND ended_at >= $since
        ORDER BY number DESC LIMIT 1
        """;

    public const string Unacknowledged = """
        SELECT server, id, operation, command, received_at, state > 0, reply_topic, correlation, result, action, scheduled
        FROM command WHERE state < 3 ORDER BY number
        """;

    /// <summary>For <see cref="Trim"/>: without it, SQLite would read past each result to see what stands behind it. Needs version 2.</summary>
    public const string ScheduledIndex = "CREATE INDEX IF NOT EXISTS command_by_schedule ON command (scheduled, number)";

    /// <summary>What runs by itself is counted apart: it would push out all that people asked for.</summary>
    public const string Trim = """
        DELETE FROM command
        WHERE scheduled = $scheduled AND state = 3 AND ended_at < $since
            AND number <= (SELECT number FROM command WHERE scheduled = $scheduled ORDER BY number DESC LIMIT 1 OFFSET $keep)
        """;

    /// <summary>Of old results, the newest keep their output up to so many bytes; of the others only how they ended is left.</summary>
    public const string Strip = """
        UPDATE command SET
            command = substr(command, 1, 1024),
            result = CASE WHEN json_valid(CAST(result AS TEXT)) THEN
                CAST(json_set(CAST(result AS TEXT), '$.out', '', '$.err', '', '$.truncated', json('true'),
                    '$.command', substr(command, 1, 1024)) AS BLOB)
                END
        WHERE number IN (
            SELECT number FROM (
                SELECT number, length(result) + ifnull(length(command), 0) AS size,
                    sum(length(result) + ifnull(length(command), 0)) OVER (ORDER BY number DESC) AS total
                FROM command WHERE state = 3 AND ended_at < $since
            )
            WHERE total > $most AND size > 8192
        )
        """;

    public const string GiveBack = "PRAGMA incremental_vacuum";

    /// <summary>Else SQLite reads nothing of a file that is shorter than its header says.</summary>
    public const string ReadWhatIsThere = "PRAGMA writable_schema = ON";

    /// <summary>How many columns <see cref="All"/> gives before the number, and <see cref="Copy"/> takes.</summary>
    public const int Columns = 12;

    /// <summary>Every row; to be completed with the direction. Not by an index: it may be damaged while the table is not.</summary>
    public const string All = """
        SELECT server, id, operation, command, received_at, reply_topic, correlation, state, ended_at, result, action, scheduled, number
        FROM command NOT INDEXED ORDER BY number
        """;

    public const string Copy = """
        INSERT OR IGNORE INTO command
            (server, id, operation, command, received_at, reply_topic, correlation, state, ended_at, result, action, scheduled)
        VALUES ($c0, $c1, $c2, $c3, $c4, $c5, $c6, $c7, $c8, $c9, $c10, $c11)
        """;

    /// <summary>What has a result, the newest first.</summary>
    public const string EndedLately = """
        SELECT number, result FROM command
        WHERE state >= 2 AND result IS NOT NULL AND number < $before AND ($server IS NULL OR server = $server)
        ORDER BY number DESC LIMIT $count
        """;

    /// <summary>The latest result of a command; ids may be used again after a while, and the time tells them apart.</summary>
    public const string ResultOf = """
        SELECT result FROM command
        WHERE server = $server AND id = $id AND state >= 2 AND result IS NOT NULL AND ($at IS NULL OR received_at = $at)
        ORDER BY number DESC LIMIT 1
        """;

    /// <summary>Command lines that somebody wrote, the newest first.</summary>
    public const string CommandLines = """
        SELECT command FROM command
        WHERE operation = 'Exec' AND action IS NULL AND command IS NOT NULL AND length(command) <= $longest
            AND ($server IS NULL OR server = $server)
        ORDER BY number DESC LIMIT $count
        """;

    public const string Latest = """
        SELECT server, operation, command, received_at, state, result, action, scheduled
        FROM command WHERE $server IS NULL OR server = $server ORDER BY number DESC LIMIT $count
        """;

    /// <summary>A statement that reads a table of version 1.</summary>
    public static string WithoutActions(string sql) => sql.Replace(ActionColumns, "NULL, 0", StringComparison.Ordinal);
}
