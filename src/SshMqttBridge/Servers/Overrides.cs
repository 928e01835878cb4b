using SshMqttBridge.Common;

namespace SshMqttBridge.Servers;

/// <summary>The values of <c>user/set</c> and <c>password/set</c>, which override the configuration; null: not set.</summary>
internal sealed record Overrides(string? User, Secret? Password);
