namespace SshMqttBridge.Groups;

/// <summary>The time in which this instance has the lease without a gap.</summary>
/// <param name="Epoch">Each leader of the group has a higher one than the leader before.</param>
/// <param name="Lost">Cancelled at its end.</param>
internal sealed record LeaderTerm(long Epoch, CancellationToken Lost);
