using System.Text.Json.Nodes;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.HomeAssistant;

/// <summary>
/// The entities of an action: a switch, number, selection or text for what it sets, a button to run it, and a sensor for what its
/// schedule finds. An action that needs several arguments has none: no entity of Home Assistant sends them.
/// </summary>
internal sealed class ActionEntities(ServerOptions server, ActionOptions action, TopicScheme topics, EntityBuilder builder)
{
    /// <summary>The longest state of Home Assistant, in characters, and its limit for a text.</summary>
    private const int MaximumTextLength = 255;

    private readonly string _title = action.Title ?? action.Name;

    public IEnumerable<Component> All()
    {
        var sensor = Sensor();
        var setter = Setter();
        if (setter is not null)
        {
            yield return setter;
        }

        // A button cannot send arguments.
        if (action.Switch is null && action.Parameters.All(parameter => parameter.Default is not null))
        {
            yield return builder.CreateButton(
                "Run_" + action.Name,
                "run_" + action.Name,
                sensor is null && setter is null ? _title : $"Run {_title}",
                topics.RunOf(server.Id, action.Name),
                "PRESS",
                action.Icon ?? "mdi:play"
            );
        }

        if (sensor is not null)
        {
            yield return sensor;
        }
    }

    /// <summary>The entity that sets something; null: none fits.</summary>
    private Component? Setter()
    {
        if (action.Parameters is not [var parameter] || PlatformOf(parameter) is not { } platform)
        {
            return null;
        }

        return builder.CreateSetter(
            platform,
            "Set_" + action.Name,
            // No other entity of these platforms is in the device.
            action.Name,
            _title,
            topics.RunOf(server.Id, action.Name),
            [.. OptionsOf(parameter), .. action.HasState ? State(parameter) : [], ("icon", action.Icon)]
        );
    }

    private string? PlatformOf(ActionParameter parameter) =>
        parameter switch
        {
            _ when action.Switch is not null => "switch",
            { Type: ActionParameterType.Choice } => "select",
            // Without its limits, Home Assistant would allow 1 to 100.
            { Type: ActionParameterType.Integer or ActionParameterType.Number, Minimum: not null, Maximum: not null } => "number",
            { Type: ActionParameterType.Text } => "text",
            _ => null,
        };

    private (string Name, JsonNode? Value)[] OptionsOf(ActionParameter parameter) =>
        parameter.Type switch
        {
            ActionParameterType.Choice when action.Switch is null =>
            [
                ("options", new JsonArray([.. parameter.Choices.Select(choice => (JsonNode)choice)])),
            ],
            ActionParameterType.Integer => [("min", parameter.Minimum), ("max", parameter.Maximum), ("step", 1)],
            // The smallest step that Home Assistant allows; a slider would be no use.
            ActionParameterType.Number =>
            [
                ("min", parameter.Minimum),
                ("max", parameter.Maximum),
                ("step", 0.001m),
                ("mode", "box"),
            ],
            ActionParameterType.Text =>
            [
                ("max", LengthOf(parameter)),
                // A text that looks like JSON is a value, too.
                ("command_template", Templates.Argument(parameter.Name)),
            ],
            _ => [],
        };

    private (string Name, JsonNode? Value)[] State(ActionParameter parameter) =>
        [
            ("state_topic", topics.ActionStateOf(server.Id, action.Name)),
            ("value_template", ValueTemplateOf(parameter)),
            .. LastRun(),
        ];

    private static string ValueTemplateOf(ActionParameter parameter) =>
        parameter.Type switch
        {
            ActionParameterType.Choice => Templates.OneOf(parameter.Choices),
            // Home Assistant's own word for a state that is not known is the same as the bridge's.
            ActionParameterType.Text => Templates.Beginning(LengthOf(parameter)),
            _ => Templates.Known,
        };

    private static int LengthOf(ActionParameter text) => Math.Min(text.MaximumLength, MaximumTextLength);

    /// <summary>The sensor of the schedule's runs; null: there is no schedule, or it finds the state of another entity.</summary>
    private Component? Sensor()
    {
        if (action.Schedule is null || action.StateCommandLine is not null)
        {
            return null;
        }

        return action.BinarySensor is { } binary ? BinarySensor(binary)
            : server.StandardOutput == StandardOutputMode.Never ? null
            : OutputSensor();
    }

    private Component OutputSensor()
    {
        var sensor = action.Sensor ?? new ActionSensor();
        return builder.CreateReader(
            "sensor",
            "Action_" + action.Name,
            "action_" + action.Name,
            _title,
            topics.ActionOf(server.Id, action.Name),
            [
                ("value_template", sensor.ValueTemplate ?? Templates.Text),
                .. LastRun(),
                ("unit_of_measurement", sensor.Unit),
                ("device_class", sensor.DeviceClass),
                ("state_class", StateClassOf(sensor)),
                ("expire_after", sensor.ExpireAfter is { } time ? (int)Math.Ceiling(time.TotalSeconds) : null),
                ("icon", action.Icon),
            ]
        );
    }

    private Component BinarySensor(ActionBinarySensor sensor) =>
        builder.CreateReader(
            "binary_sensor",
            "Check_" + action.Name,
            "check_" + action.Name,
            _title,
            topics.ActionStatusOf(server.Id, action.Name),
            [
                ("value_template", sensor.Invert ? Templates.FailedIsOn : Templates.OkIsOn),
                ("device_class", sensor.DeviceClass),
                .. LastRun(),
                ("icon", action.Icon),
            ]
        );

    private (string Name, JsonNode? Value)[] LastRun() =>
        [
            ("json_attributes_topic", topics.ActionLastOf(server.Id, action.Name)),
            ("json_attributes_template", Templates.LastRunAttributes),
        ];

    private static string? StateClassOf(ActionSensor sensor) =>
        sensor.StateClass switch
        {
            SensorStateClass.Measurement => "measurement",
            SensorStateClass.Total => "total",
            SensorStateClass.TotalIncreasing => "total_increasing",
            _ => null,
        };
}
