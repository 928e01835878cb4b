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
    /// <summary>
    /// Prevents a button press from acting late. Needs Home Assistant 2026.6 and MQTT 5; older versions ignore it.
    /// </summary>
    private const int ExpirySeconds = 30;

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

        yield return Button(
            builder,
            "CloseConnection",
            "close_connection",
            "Close connection",
            Topic("connection/set"),
            "close",
            "mdi:lan-disconnect",
            ("entity_category", "diagnostic")
        );
        yield return Button(builder, "Cancel", "cancel", "Cancel", Topic("cancel/set"), "", "mdi:cancel");
        foreach (var component in server.Actions.SelectMany(action => Components(server, action, topics, builder)))
        {
            yield return component;
        }
    }

    private static IEnumerable<Component> Components(
        ServerOptions server,
        ActionOptions action,
        TopicScheme topics,
        EntityBuilder builder
    )
    {
        var title = action.Title ?? action.Name;
        var hasOutput = action.Schedule is not null && server.StandardOutput != StandardOutputMode.Never;
        // A button cannot send arguments.
        if (action.Parameters.All(parameter => parameter.Default is not null))
        {
            var topic = topics.RunOf(server.Id, action.Name);
            yield return Button(
                builder,
                "Run_" + action.Name,
                "run_" + action.Name,
                hasOutput ? $"Run {title}" : title,
                topic,
                "PRESS",
                action.Icon ?? "mdi:play"
            );
        }

        if (hasOutput)
        {
            var topic = topics.ActionOf(server.Id, action.Name);
            var sensor = action.Sensor ?? new ActionSensor();
            yield return builder.CreateReader(
                "sensor",
                "Action_" + action.Name,
                "action_" + action.Name,
                title,
                topic,
                ("value_template", sensor.ValueTemplate ?? Templates.Text),
                ("json_attributes_topic", topic),
                ("json_attributes_template", Templates.TextAttributes),
                ("unit_of_measurement", sensor.Unit),
                ("device_class", sensor.DeviceClass),
                ("state_class", StateClassOf(sensor)),
                ("expire_after", sensor.ExpireAfter is { } time ? (int)Math.Ceiling(time.TotalSeconds) : null),
                ("icon", action.Icon)
            );
        }
    }

    private static string? StateClassOf(ActionSensor sensor) =>
        sensor.StateClass switch
        {
            SensorStateClass.Measurement => "measurement",
            SensorStateClass.Total => "total",
            SensorStateClass.TotalIncreasing => "total_increasing",
            _ => null,
        };

    private static Component Button(
        EntityBuilder builder,
        string key,
        string entity,
        string name,
        string topic,
        string payload,
        string icon,
        params ReadOnlySpan<(string Name, JsonNode? Value)> options
    ) =>
        builder.CreateWriter(
            "button",
            key,
            entity,
            name,
            topic,
            [("payload_press", payload), ("message_expiry_interval", ExpirySeconds), ("icon", icon), .. options]
        );

    private static JsonArray StatusList() =>
        [.. Enum.GetValues<CommandStatus>().Select(status => (JsonNode)CamelCase.Of(status))];
}
