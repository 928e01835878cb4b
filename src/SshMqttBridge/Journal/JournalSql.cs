namespace SshMqttBridge.Journal;

/// <summary>The journal's statements. A row goes from accepted (0) to sent (1), ended (2) and acknowledged (3).</summary>
internal static class JournalSql
{
    /// <summary>
    /// Executed first. <c>auto_vacuum</c> only affects a new file. <c>wal_autocheckpoint</c>, 64 MiB, only takes effect if
    /// <see cref="Checkpoint"/> fails.
    /// </summary>
    public const string Settings = """
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA secure_delete = OFF;
        PRAGMA journal_size_limit = 4194304;
        PRAGMA wal_autocheckpoint = 16384;
        """;

    /// <summary>A passive checkpoint neither waits for writers nor blocks them.</summary>
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

    /// <summary>The schema version; also written to verify that the file is writable.</summary>
    public const string Probe = "PRAGMA user_version = 2";

    /// <summary>1 if the table has the columns of version 2 for actions.</summary>
    public const string HasActions = "SELECT count(*) FROM pragma_table_info('command') WHERE name = 'action'";

    /// <summary>Upgrades the table from version 1 to 2.</summary>
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

    /// <summary>A result that is larger than $maximum comes without its output.</summary>
    public const string Find = """
        SELECT CASE WHEN length(result) <= $maximum OR NOT json_valid(CAST(result AS TEXT)) THEN result
            ELSE CAST(json_set(CAST(result AS TEXT), '$.out', '', '$.err', '', '$.truncated', json('true'),
                '$.command', substr(command, 1, 1024)) AS BLOB)
            END
        FROM command
        WHERE server = $server AND id = $id AND state >= 2 AND ended_at >= $since
        ORDER BY number DESC LIMIT 1
        """;

    public const string Unacknowledged = """
        SELECT server, id, operation, command, received_at, state > 0, reply_topic, correlation, result, action, scheduled
        FROM command WHERE state < 3 ORDER BY number
        """;

    /// <summary>
    /// For <see cref="Trim"/>: without it, SQLite would read each result to reach the columns after it. Needs version 2.
    /// </summary>
    public const string ScheduledIndex = "CREATE INDEX IF NOT EXISTS command_by_schedule ON command (scheduled, number)";

    /// <summary>Counts scheduled runs separately: they would otherwise displace the commands of clients.</summary>
    public const string Trim = """
        DELETE FROM command
        WHERE scheduled = $scheduled AND state = 3 AND ended_at < $since
            AND number <= (SELECT number FROM command WHERE scheduled = $scheduled ORDER BY number DESC LIMIT 1 OFFSET $keep)
        """;

    /// <summary>Limits the total size of old results: the newest keep their output, the others only their outcome.</summary>
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
            WHERE total > $maximum AND size > 8192
        )
        """;

    public const string FreeSpace = "PRAGMA incremental_vacuum";

    /// <summary>Makes SQLite read a file that is shorter than its header specifies.</summary>
    public const string TolerateTruncation = "PRAGMA writable_schema = ON";

    /// <summary>The number of columns of <see cref="Copy"/>, and of <see cref="All"/> before the row number.</summary>
    public const int Columns = 12;

    /// <summary>
    /// Every row; append the sort direction. Does not use an index: it may be damaged while the table is intact.
    /// </summary>
    public const string All = """
        SELECT
            server, id, operation, command, received_at, reply_topic, correlation, state, ended_at, result, action, scheduled,
            number
        FROM command NOT INDEXED ORDER BY number
        """;

    public const string Copy = """
        INSERT OR IGNORE INTO command
            (server, id, operation, command, received_at, reply_topic, correlation, state, ended_at, result, action, scheduled)
        VALUES ($c0, $c1, $c2, $c3, $c4, $c5, $c6, $c7, $c8, $c9, $c10, $c11)
        """;

    /// <summary>
    /// Adds a command of another instance of the group, unless it is known: as one whose result the broker has acknowledged, or as an
    /// unfinished one. A row with another time is an earlier command with the same id, which was never sent.
    /// </summary>
    public const string Import = """
        INSERT INTO command
            (server, id, operation, received_at, reply_topic, correlation, state, ended_at, result, action, scheduled)
        SELECT $server, $id, $operation, $at, $reply, $correlation, $state, $ended, $result, $action, $scheduled
        WHERE NOT EXISTS
            (SELECT 1 FROM command
            WHERE server = $server AND id = $id AND received_at = $at AND (state = 3 OR (state < 2 AND $state < 2)))
        """;

    /// <summary>Removes a command that did not end here, or whose end nobody has heard of.</summary>
    public const string Forget = "DELETE FROM command WHERE server = $server AND id = $id AND received_at = $at AND state < 3";

    /// <summary>Commands with a result, the newest first.</summary>
    public const string RecentResults = """
        SELECT number, result FROM command
        WHERE state >= 2 AND result IS NOT NULL AND number < $before AND ($server IS NULL OR server = $server)
            AND ($scheduled IS NULL OR scheduled = $scheduled) AND ($action IS NULL OR action = $action)
        ORDER BY number DESC LIMIT $count
        """;

    /// <summary>
    /// The latest result of each server, of a command that ran there or was to run there. Not one that finds out what an action has
    /// set: its exit status is the answer to a question.
    /// </summary>
    public const string LastResults = """
        SELECT result FROM command
        WHERE number IN
            (SELECT max(number) FROM command
            WHERE state >= 2 AND result IS NOT NULL AND operation IN ('Exec', 'Get', 'Put')
                AND CASE WHEN scheduled AND json_valid(CAST(result AS TEXT))
                    THEN json_extract(CAST(result AS TEXT), '$.findsState') END IS NULL
            GROUP BY server)
        """;

    /// <summary>The latest result of a command; the time distinguishes commands with the same id.</summary>
    public const string ResultOf = """
        SELECT result FROM command
        WHERE server = $server AND id = $id AND state >= 2 AND result IS NOT NULL AND ($at IS NULL OR received_at = $at)
        ORDER BY number DESC LIMIT 1
        """;

    /// <summary>Command lines of clients, the newest first.</summary>
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

    /// <summary>Converts a statement for a table of version 1.</summary>
    public static string WithoutActions(string sql) => sql.Replace(ActionColumns, "NULL, 0", StringComparison.Ordinal);
}
