namespace SshMqttBridge.Groups;

/// <summary>One life of an instance: after a restart it must not take the messages of the life before for its own.</summary>
/// <param name="Instance">The name of the instance, unique in the group.</param>
/// <param name="Life">A random text.</param>
internal sealed record LeaseHolder(string Instance, string Life);
