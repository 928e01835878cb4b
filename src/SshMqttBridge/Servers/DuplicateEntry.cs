namespace SshMqttBridge.Servers;

/// <summary>What became of a duplicate of a pending command.</summary>
internal enum DuplicateEntry
{
    /// <summary>The pending command answers it at its end.</summary>
    Added,

    /// <summary>Too many duplicates wait already.</summary>
    TooMany,

    /// <summary>The command has just ended.</summary>
    Ended,
}
