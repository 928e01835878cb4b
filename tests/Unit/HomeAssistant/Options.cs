using SshMqttBridge.Configuration;
using SshMqttBridge.HomeAssistant;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.HomeAssistant;

/// <summary>Builds configurations and their discovery messages.</summary>
internal static class Options
{
    public static ServerOptions Server(string id, params ActionOptions[] actions) =>
        new()
        {
            Id = id,
            Host = "192.0.2.10",
            User = "admin",
            KeyDirectory = "/",
            Actions = [.. actions],
        };

    public static ActionOptions Action(string name) => new() { Name = name, CommandLine = "true" };

    public static BridgeOptions Bridge(params ServerOptions[] servers) =>
        new()
        {
            Mqtt = new MqttOptions(),
            BaseDirectory = "/files",
            StateDirectory = "/state",
            HomeAssistant = new HomeAssistantOptions { Enabled = true },
            Servers = [.. servers],
        };

    public static IReadOnlyList<DeviceConfig> DevicesOf(BridgeOptions options) =>
        Discovery.DevicesOf(
            options,
            new TopicScheme(options.Mqtt.BaseTopic),
            new DiscoveryTopics(options.HomeAssistant.DiscoveryPrefix)
        );
}
