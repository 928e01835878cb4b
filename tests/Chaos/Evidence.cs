namespace SshMqttBridge.Chaos;

/// <summary>Everything that is known at the end of a chaos run.</summary>
internal sealed record Evidence
{
    public required World World { get; init; }
    public required Ledger Ledger { get; init; }

    /// <summary>Of the broker, the link to it and the bridge.</summary>
    public required Disturbances BridgeDisturbances { get; init; }

    /// <summary>Of each server, by its number.</summary>
    public required IReadOnlyList<Disturbances> ServerDisturbances { get; init; }
    public required IReadOnlyList<double> BrokerEnds { get; init; }
    public required IReadOnlyList<JournalRow> Journal { get; init; }

    /// <summary>Processes of commands that still run when all commands must have ended.</summary>
    public required IReadOnlyList<(string Id, int Process)> Processes { get; init; }
    public required IReadOnlyList<string> BadExits { get; init; }
    public required ProcessVitals AtStart { get; init; }
    public required ProcessVitals AtEnd { get; init; }
}
