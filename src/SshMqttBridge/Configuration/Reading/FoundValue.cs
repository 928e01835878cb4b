using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>A value as written, with its path.</summary>
internal readonly record struct FoundValue(string Path, ConfigurationNode Node);
