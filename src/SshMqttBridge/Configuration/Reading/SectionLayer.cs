using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>One source of a section: the server's own, or that of the defaults.</summary>
/// <param name="Path">The section's path, for example <c>servers.nas</c>.</param>
internal readonly record struct SectionLayer(string Path, MappingNode Values);
