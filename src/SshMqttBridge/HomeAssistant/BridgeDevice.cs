using System.Net;
using System.Text.Json.Nodes;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.HomeAssistant;

/// <summary>The Home Assistant device of the bridge itself.</summary>
internal static class BridgeDevice
{
    public static DeviceConfig Of(BridgeOptions options, TopicScheme topics, DiscoveryTopics discovery, DiscoveryNames names)
    {
        var device = new JsonObject
        {
            ["identifiers"] = new JsonArray(names.Bridge),
            ["name"] = NameOf(options),
            ["manufacturer"] = "SshMqttBridge",
            ["model"] = "SshMqttBridge",
            ["sw_version"] = BridgeVersion.Text,
        };
        // Each instance of a group may have its own console, but their messages must be the same.
        if (options.Group is null && ConsoleOf(options.WebConsole) is { } console)
        {
            device["configuration_url"] = console;
        }

        EntityBuilder builder = new(names.Bridge);
        var components = Components(topics, topics.InfoOf(options.Shard), builder);
        return new DeviceConfig(
            discovery.Config(names.Bridge),
            device,
            options.Group is null ? components : [.. components, Leader(topics, builder)]
        );
    }

    private static string NameOf(BridgeOptions options)
    {
        var name = options.Shard is { } shard ? $"SSH bridge {shard}" : "SSH bridge";
        return options.Mqtt.BaseTopic == new MqttOptions().BaseTopic ? name : $"{name} ({options.Mqtt.BaseTopic})";
    }

    private static Component[] Components(TopicScheme topics, string info, EntityBuilder builder)
    {
        return
        [
            builder.CreateReader(
                "binary_sensor",
                "State",
                "state",
                "State",
                topics.BridgeState,
                ("device_class", "connectivity"),
                ("payload_on", "online"),
                ("payload_off", "offline")
            ),
            builder.CreateReader(
                "binary_sensor",
                "Problem",
                "problem",
                "Problem",
                info,
                Available(topics),
                ("device_class", "problem"),
                ("value_template", Templates.AnyProblem),
                ("json_attributes_topic", info),
                ("json_attributes_template", Templates.AnyProblemAttributes),
                ("entity_category", "diagnostic")
            ),
            builder.CreateReader(
                "sensor",
                "ServersOnline",
                "servers_online",
                "Servers online",
                info,
                Available(topics),
                ("value_template", Templates.ServersOnline),
                ("json_attributes_topic", info),
                ("json_attributes_template", Templates.ServerAttributes),
                ("state_class", "measurement"),
                ("unit_of_measurement", "servers"),
                ("icon", "mdi:server-network")
            ),
            builder.CreateReader(
                "sensor",
                "Version",
                "version",
                "Version",
                info,
                Available(topics),
                ("value_template", Templates.Version),
                ("entity_category", "diagnostic"),
                ("icon", "mdi:tag")
            ),
            builder.CreateReader(
                "sensor",
                "LastError",
                "last_error",
                "Last error",
                topics.BridgeError,
                Available(topics),
                ("value_template", Templates.Error),
                ("json_attributes_topic", topics.BridgeError),
                ("json_attributes_template", Templates.ErrorAttributes),
                // A repeated error is a new state.
                ("force_update", true),
                ("entity_category", "diagnostic"),
                ("icon", "mdi:alert-circle-outline")
            ),
        ];
    }

    /// <summary>Which instance of the group leads. Without an entity for each instance: no instance knows all names.</summary>
    private static Component Leader(TopicScheme topics, EntityBuilder builder) =>
        builder.CreateReader(
            "sensor",
            "Leader",
            "leader",
            "Leader",
            topics.GroupLeader,
            // While nobody leads, the topic still names the last leader, but the group is offline.
            Available(topics),
            ("value_template", Templates.Leader),
            ("json_attributes_topic", topics.GroupLeader),
            ("json_attributes_template", Templates.LeaderAttributes),
            ("entity_category", "diagnostic"),
            ("icon", "mdi:crown-outline")
        );

    /// <summary>Not for the whole device: if the bridge is offline, its state is off, not unavailable.</summary>
    private static (string Name, JsonNode? Value) Available(TopicScheme topics) =>
        ("availability", DeviceConfig.AvailabilityOf(topics.BridgeState));

    /// <summary>The console's address, if other machines can use it.</summary>
    private static string? ConsoleOf(WebConsoleOptions console)
    {
        var isLocal =
            console.Url.IsLoopback
            || IPAddress.TryParse(console.Url.DnsSafeHost, out var address)
                && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        return console.Enabled && !isLocal ? console.Url.AbsoluteUri : null;
    }
}
