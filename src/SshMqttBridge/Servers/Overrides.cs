using SshMqttBridge.Common;

namespace SshMqttBridge.Servers;

/// <summary>What <c>user/set</c> and <c>password/set</c> put in place of the configuration; null: nothing.</summary>
internal sealed record Overrides(string? User, Secret? Password);
