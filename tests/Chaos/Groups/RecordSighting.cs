namespace SshMqttBridge.Chaos.Groups;

/// <summary>When a record of a command was seen, in seconds since the start of the run.</summary>
internal sealed record RecordSighting(double At, string Id, string State, long Epoch);
