using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads the sections <c>defaults</c> and <c>servers</c>.</summary>
internal static class ServersReader
{
    /// <summary>Returns the servers as far as they are valid; the rest are faults.</summary>
    /// <param name="secretWritten">Whether the configuration file contains a secret of a server.</param>
    public static IReadOnlyList<ServerOptions> Read(SectionReader top, out bool secretWritten)
    {
        var defaults = new SectionLayer(TopSettings.Defaults.Name, top.Mapping(TopSettings.Defaults) ?? MappingNode.Empty);
        ServerReader.Read(new SectionReader(top.Context, ServerSettings.Table, defaults), null, out secretWritten);
        var mapping = top.Mapping(TopSettings.Servers);
        if (mapping is { Entries: [] })
        {
            top.Fault(TopSettings.Servers, "no servers configured; add an id with 'host' and 'user' under it");
        }

        var servers = new List<ServerOptions>();
        foreach (var entry in mapping?.Entries ?? [])
        {
            if (LayerOf(top.Context, entry) is { } layer)
            {
                var section = new SectionReader(top.Context, ServerSettings.Table, layer, defaults);
                servers.Add(ServerReader.Read(section, entry.Key, out var isWritten));
                secretWritten |= isWritten;
            }
        }

        return servers;
    }

    private static SectionLayer? LayerOf(ReadingContext context, MappingEntry entry)
    {
        var path = ConfigurationPath.Join(TopSettings.Servers.Name, entry.Key);
        if (ServerReader.ValidateId(entry.Key) is { } problem)
        {
            context.Diagnostics.Fault(path, problem, entry.Origin);
        }

        switch (entry.Value)
        {
            case MappingNode mapping:
                return new SectionLayer(path, mapping);
            case ScalarNode { IsNull: true }:
                return new SectionLayer(path, MappingNode.Empty);
            default:
                context.Diagnostics.Fault(
                    path,
                    $"must be a mapping with at least 'host' and 'user', not {entry.Value.Kind}",
                    entry.Value.Origin
                );
                return null;
        }
    }
}
