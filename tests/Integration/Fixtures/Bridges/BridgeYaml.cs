using System.Text;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Fixtures.Bridges;

/// <summary>
/// A configuration file in the making. Settings are lines of YAML; a later one replaces an earlier one with the same key.
/// </summary>
internal sealed class BridgeYaml
{
    private readonly Dictionary<string, string> _top = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _mqtt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, string>> _servers = new(StringComparer.Ordinal);

    public BridgeYaml(int brokerPort)
    {
        Mqtt("host: 127.0.0.1", $"port: {brokerPort}");
        Top("stateDirectory: state", "files: {baseDirectory: files}");
    }

    public BridgeYaml Top(params string[] lines) => Put(_top, lines);

    public BridgeYaml Mqtt(params string[] lines) => Put(_mqtt, lines);

    /// <summary>A server; <c>key:</c> alone removes a setting.</summary>
    public BridgeYaml Server(string id, SshdServer server, params string[] lines) =>
        Server(
            id,
            ["host: 127.0.0.1", $"port: {server.Port}", $"user: {SshdServer.User}", $"privateKeyFile: {server.Key}", .. lines]
        );

    public BridgeYaml Server(string id, params string[] lines)
    {
        _servers[id] = _servers.GetValueOrDefault(id) ?? new(StringComparer.Ordinal);
        return Put(_servers[id], lines);
    }

    public override string ToString()
    {
        StringBuilder yaml = new();
        Append(yaml, "", _top);
        yaml.AppendLine("mqtt:");
        Append(yaml, "  ", _mqtt);
        yaml.AppendLine("servers:");
        foreach ((var id, var settings) in _servers)
        {
            yaml.AppendLine($"  {id}:");
            Append(yaml, "    ", settings);
        }

        return yaml.ToString();
    }

    private static void Append(StringBuilder yaml, string indent, Dictionary<string, string> settings)
    {
        foreach ((var key, var value) in settings.Where(setting => setting.Value.Length > 0))
        {
            yaml.AppendLine($"{indent}{key}: {value}");
        }
    }

    private BridgeYaml Put(Dictionary<string, string> settings, string[] lines)
    {
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            settings[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return this;
    }
}
