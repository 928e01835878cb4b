using System.Text.Json;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Actions;

/// <summary>
/// Writes a server's actions as JSON: what a client needs to offer them, but not their commands, which may contain confidential
/// details.
/// </summary>
internal static class ActionInfo
{
    public static void Write(
        Utf8JsonWriter json,
        IReadOnlyList<ActionOptions> actions,
        ActionInfoFormat format = ActionInfoFormat.Info
    )
    {
        json.WriteStartArray("actions");
        foreach (var action in actions)
        {
            Write(json, action, format);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ActionOptions action, ActionInfoFormat format)
    {
        json.WriteStartObject();
        json.WriteString("name", action.Name);
        WriteTitle(json, action.Title, action.Name, format);
        WriteText(json, "group", action.Group, format);
        WriteText(json, "icon", action.Icon, format);
        WriteText(json, "confirm", action.Confirm, format);
        if (format == ActionInfoFormat.Info)
        {
            json.WriteNumber("timeout", action.Timeout.TotalSeconds);
        }
        else
        {
            json.WriteBoolean("scheduled", action.Schedule is not null);
        }

        json.WriteStartArray("parameters");
        foreach (var parameter in action.Parameters)
        {
            Write(json, parameter, format);
        }

        json.WriteEndArray();
        if (format == ActionInfoFormat.Info)
        {
            WriteSchedule(json, action.Schedule);
        }

        json.WriteEndObject();
    }

    private static void WriteSchedule(Utf8JsonWriter json, ActionSchedule? schedule)
    {
        switch (schedule)
        {
            case ActionSchedule.Every every:
                json.WriteNumber("every", every.Interval.TotalSeconds);
                break;
            case ActionSchedule.Cron cron:
                json.WriteString("cron", cron.Expression);
                break;
        }
    }

    private static void Write(Utf8JsonWriter json, ActionParameter parameter, ActionInfoFormat format)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        WriteTitle(json, parameter.Title, parameter.Name, format);
        json.WriteString("type", CamelCase.Of(parameter.Type));
        WriteText(json, "default", parameter.Default, format);
        WriteNumber(json, "min", parameter.Minimum, format);
        WriteNumber(json, "max", parameter.Maximum, format);
        if (parameter.Type == ActionParameterType.Text || format == ActionInfoFormat.Console)
        {
            json.WriteNumber("maxLength", parameter.MaximumLength);
        }

        WriteText(json, "pattern", parameter.Pattern, format);
        if (parameter.Choices.Count > 0 || format == ActionInfoFormat.Console)
        {
            json.WriteStartArray("choices");
            foreach (var choice in parameter.Choices)
            {
                json.WriteStringValue(choice);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteTitle(Utf8JsonWriter json, string? title, string name, ActionInfoFormat format) =>
        WriteText(json, "title", title ?? (format == ActionInfoFormat.Info ? name : null), format);

    private static void WriteText(Utf8JsonWriter json, string name, string? text, ActionInfoFormat format)
    {
        if (text is not null || format == ActionInfoFormat.Console)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, decimal? number, ActionInfoFormat format)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else if (format == ActionInfoFormat.Console)
        {
            json.WriteNull(name);
        }
    }
}
