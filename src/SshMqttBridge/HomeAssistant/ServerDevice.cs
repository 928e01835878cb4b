using System.Text.Json.Nodes;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Policies;

namespace SshMqttBridge.HomeAssistant;

/// <summary>The Home Assistant device of a server.</summary>
internal static class ServerDevice
{
    public static DeviceConfig Of(ServerOptions server, TopicScheme topics, DiscoveryTopics discovery, DiscoveryNames names)
    {
        var id = names.Device(server.Id);
        var device = new JsonObject
        {
            ["identifiers"] = new JsonArray(id),
            ["name"] = server.Id,
            ["manufacturer"] = "SshMqttBridge",
            ["model"] = "SSH server",
            ["via_device"] = names.Bridge,
        };
        return new DeviceConfig(discovery.Config(id), device, [.. Components(server, topics, new EntityBuilder(id))])
        {
            AvailabilityTopic = topics.BridgeState,
        };
    }

    private static IEnumerable<Component> Components(ServerOptions server, TopicScheme topics, EntityBuilder builder)
    {
        string Topic(string datapoint) => topics.Of(server.Id, datapoint);

        // Offline is normal for a connection on demand: the other entities remain available.
        yield return builder.CreateReader(
            "binary_sensor",
            "Connection",
            "connection",
            "Connection",
            Topic("connection"),
            ("device_class", "connectivity"),
            ("payload_on", "online"),
            ("payload_off", "offline"),
            ("entity_category", "diagnostic")
        );
        yield return builder.CreateReader(
            "binary_sensor",
            "Problem",
            "problem",
            "Problem",
            Topic("problem"),
            ("device_class", "problem"),
            ("value_template", Templates.Problem),
            ("json_attributes_topic", Topic("problem")),
            ("json_attributes_template", Templates.ProblemAttributes),
            ("entity_category", "diagnostic")
        );
        yield return builder.CreateReader(
            "sensor",
            "LastResult",
            "last_result",
            "Last result",
            Topic("last"),
            ("device_class", "enum"),
            ("options", StatusList()),
            ("value_template", Templates.Status),
            ("json_attributes_topic", Topic("last")),
            ("json_attributes_template", Templates.ResultAttributes),
            ("icon", "mdi:console")
        );
        yield return builder.CreateReader(
            "event",
            "CommandFinished",
            "command_finished",
            "Command finished",
            Topic("result"),
            ("event_types", StatusList()),
            ("value_template", Templates.ResultEvent),
            ("icon", "mdi:console-line")
        );
        yield return builder.CreateReader(
            "sensor",
            "QueueLength",
            "queue_length",
            "Queue length",
            Topic("queue"),
            ("value_template", Templates.Queued),
            ("json_attributes_topic", Topic("queue")),
            ("state_class", "measurement"),
            ("unit_of_measurement", "commands"),
            ("entity_category", "diagnostic"),
            ("icon", "mdi:tray-full")
        );
        // With patterns, most messages would be rejected, and Home Assistant does not show why.
        if (server.Policy.Commands == CommandRule.Any)
        {
            yield return builder.CreateWriter(
                "notify",
                "RunCommand",
                "run_command",
                "Run a command",
                Topic("exec/set"),
                ("icon", "mdi:console")
            );
        }

        yield return builder.CreateButton(
            "CloseConnection",
            "close_connection",
            "Close connection",
            Topic("connection/set"),
            "close",
            "mdi:lan-disconnect",
            ("entity_category", "diagnostic")
        );
        yield return builder.CreateButton("Cancel", "cancel", "Cancel", Topic("cancel/set"), "", "mdi:cancel");
        foreach (var component in server.Actions.SelectMany(action => new ActionEntities(server, action, topics, builder).All()))
        {
            yield return component;
        }
    }

    private static JsonArray StatusList() =>
        [.. Enum.GetValues<CommandStatus>().Select(status => (JsonNode)CamelCase.Of(status))];
}
