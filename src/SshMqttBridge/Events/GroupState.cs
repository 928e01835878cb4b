namespace SshMqttBridge.Events;

/// <summary>Who leads a group of bridges, as one of its instances knows it.</summary>
/// <param name="Instance">The name of this instance.</param>
/// <param name="IsLeader">Whether this instance leads.</param>
/// <param name="IsConnected">Whether it is connected to its group. Otherwise, it knows nothing about the others.</param>
/// <param name="Leader">The name of the leader; null: no instance leads, or it is unknown which one.</param>
/// <param name="Since">The start of the leader's term, by its clock; null: unknown.</param>
/// <param name="Others">The names and states of the other instances, in the order of their names.</param>
internal sealed record GroupState(
    string Instance,
    bool IsLeader,
    bool IsConnected,
    string? Leader,
    DateTimeOffset? Since,
    IReadOnlyList<(string Instance, string State)> Others
);
