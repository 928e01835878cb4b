namespace SshMqttBridge.Chaos.Groups;

/// <summary>Everything that is known at the end of a run of a group.</summary>
internal sealed record GroupEvidence
{
    public required IReadOnlyList<Command> Commands { get; init; }
    public required IReadOnlyList<string> UnknownResults { get; init; }
    public required IReadOnlyList<ServerRun> Runs { get; init; }
    public required IReadOnlyList<LeaderSighting> Leaders { get; init; }
    public required IReadOnlyList<RecordSighting> Records { get; init; }

    /// <summary>Of the instances, by their names.</summary>
    public required IReadOnlyDictionary<string, Disturbances> Disturbances { get; init; }

    /// <summary>When the broker ended, and when it lost its retained messages.</summary>
    public required IReadOnlyList<double> BrokerEnds { get; init; }
    public required IReadOnlyList<double> Forgotten { get; init; }

    /// <summary>When all must have ended: records of unfinished commands at the broker, and processes.</summary>
    public required IReadOnlyList<string> RecordsLeft { get; init; }
    public required IReadOnlyList<string> ProcessesLeft { get; init; }
    public required IReadOnlyList<string> MissingTakeovers { get; init; }
    public required IReadOnlyList<string> BadExits { get; init; }
    public required IReadOnlyList<string> Errors { get; init; }
}
