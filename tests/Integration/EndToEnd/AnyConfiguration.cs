using SshMqttBridge.Tests.Integration.Fixtures.Bridges;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>Random configurations of up to four servers, of which nothing runs by itself.</summary>
internal sealed class AnyConfiguration(BridgeWorld world, int seed)
{
    private static readonly string[] Ids = ["attic", "cellar", "nas", "shed"];

    private readonly Random _random = new(seed);

    public BridgeYaml Next()
    {
        var yaml = world.Yaml();
        if (Coin())
        {
            yaml.Top($"homeAssistant: {{enabled: true, discoveryPrefix: {(Coin() ? "homeassistant" : "ha")}}}");
        }

        if (Coin())
        {
            yaml.Top(Coin() ? "group: {instance: pi}" : $"shard: {(Coin() ? "house" : "garden")}");
        }

        if (Coin())
        {
            yaml.Top("logLevel: debug", "audit: {file: audit.log}");
        }

        var ids = Ids.Where(_ => Coin()).ToList();
        foreach (var id in ids.Count > 0 ? ids : ["nas"])
        {
            yaml.Server(id, world.Sshd, [.. Settings()]);
        }

        return yaml;
    }

    private IEnumerable<string> Settings()
    {
        if (Coin())
        {
            yield return $"stdout: {(Coin() ? "line" : "false")}";
        }

        if (Coin())
        {
            yield return "commands: actions";
        }

        if (Coin())
        {
            yield return $"queueLimit: {_random.Next(1, 3)}";
        }

        if (Coin())
        {
            yield return "keepAlive: 20";
        }

        if (Coin())
        {
            yield return Coin()
                ? "actions: {screen: {on: 'true', off: 'false'}, restart: {command: reboot}}"
                : "actions: {volume: {command: 'true', parameters: {percent: {type: integer, min: 0, max: 100}}}}";
        }
    }

    private bool Coin() => _random.Next(2) == 0;
}
