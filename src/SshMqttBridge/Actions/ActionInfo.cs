using System.Text.Json;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Actions;

/// <summary>
/// A server's actions as <c>ssh/bridge/info</c> tells them: all that a client needs to offer them, but not their commands, which may hold what is nobody's business.
/// What an action does not have is left out.
/// </summary>
internal static class ActionInfo
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<ActionOptions> actions)
    {
        json.WriteStartArray("actions");
        foreach (var action in actions)
        {
            Write(json, action);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ActionOptions action)
    {
        json.WriteStartObject();
        json.WriteString("name", action.Name);
        json.WriteString("title", action.Title ?? action.Name);
        WriteText(json, "icon", action.Icon);
        WriteText(json, "confirm", action.Confirm);
        json.WriteNumber("timeout", action.Timeout.TotalSeconds);
        json.WriteStartArray("parameters");
        foreach (var parameter in action.Parameters)
        {
            Write(json, parameter);
        }

        json.WriteEndArray();
        switch (action.Schedule)
        {
            case ActionSchedule.Every every:
                json.WriteNumber("every", every.Interval.TotalSeconds);
                break;
            case ActionSchedule.Cron cron:
                json.WriteString("cron", cron.Expression);
                break;
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ActionParameter parameter)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteString("title", parameter.Title ?? parameter.Name);
        json.WriteString("type", JsonNamingPolicy.CamelCase.ConvertName(parameter.Type.ToString()));
        WriteText(json, "default", parameter.Default);
        WriteNumber(json, "min", parameter.Minimum);
        WriteNumber(json, "max", parameter.Maximum);
        if (parameter.Type == ActionParameterType.Text)
        {
            json.WriteNumber("maxLength", parameter.MaximumLength);
        }

        WriteText(json, "pattern", parameter.Pattern);
        if (parameter.Choices.Count > 0)
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

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, decimal? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
    }
}
