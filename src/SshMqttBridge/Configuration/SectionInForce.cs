namespace SshMqttBridge.Configuration;

/// <summary>A section of the configuration with the values in force.</summary>
/// <param name="Path">For example <c>mqtt.tls</c>; empty at the top level.</param>
/// <param name="Settings">In the order of the documentation.</param>
internal sealed record SectionInForce(string Path, IReadOnlyList<SettingInForce> Settings);
