namespace SshMqttBridge.Results;

/// <summary>The journal's statements. A row goes from accepted (0) to sent (1), ended (2) and settled (3).</summary>
internal static class JournalSql
{
    public const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA secure_delete = OFF;
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
            result BLOB
        );
        CREATE INDEX IF NOT EXISTS command_by_id ON command (server, id);
        CREATE INDEX IF NOT EXISTS command_unsettled ON command (number) WHERE state < 3;
        PRAGMA user_version = 1;
        """;

    public const string Accept = """
        INSERT INTO command (server, id, operation, command, received_at, reply_topic, correlation)
        VALUES ($server, $id, $operation, $command, $at, $reply, $correlation)
        """;

    public const string Sent = "UPDATE command SET state = 1 WHERE server = $server AND id = $id AND state = 0";

    public const string Ended =
        "UPDATE command SET state = 2, ended_at = $at, result = $result WHERE server = $server AND id = $id AND state < 2";

    public const string Settled = "UPDATE command SET state = 3 WHERE server = $server AND id = $id AND state = 2";

    public const string Find = """
        SELECT result FROM command
        WHERE server = $server AND id = $id AND state >= 2 AND ended_at >= $since
        ORDER BY number DESC LIMIT 1
        """;

    public const string Unsettled = """
        SELECT server, id, operation, command, received_at, state > 0, reply_topic, correlation, result
        FROM command WHERE state < 3 ORDER BY number
        """;

    public const string Trim = """
        DELETE FROM command
        WHERE state = 3 AND ended_at < $since AND number <= (SELECT max(number) FROM command) - $keep
        """;
}
