namespace SshMqttBridge.Chaos.Groups;

/// <summary>When a new leader was first seen, in seconds since the start of the run.</summary>
internal sealed record LeaderSighting(double At, string Instance, long Epoch);
