using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;
using SshMqttBridge.Servers;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/state</c>: the bridge, its servers, and what waits and runs there. No secret is in it.</summary>
internal sealed class StateEndpoint(ServerSet servers, BridgeActivity activity, StartTime startTime)
{
    public Task GetAsync(HttpContext context) =>
        context.Response.JsonAsync(
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteStartObject("bridge");
                json.WriteString("version", BridgeVersion.Text);
                json.WriteString("startedAt", EventJson.Time(startTime.Value));
                json.WriteString("broker", EventJson.Online(activity.IsActive));
                json.WriteEndObject();
                json.WriteStartArray("servers");
                foreach (var server in servers.All)
                {
                    Write(json, server);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }
        );

    private static void Write(Utf8JsonWriter json, Server server)
    {
        var (options, running) = (server.Options, server.Running);
        json.WriteStartObject();
        json.WriteString("id", options.Id);
        json.WriteString("host", options.Host);
        json.WriteString("user", options.User);
        json.WriteString("connection", EventJson.Online(server.Connection.IsOnline));
        json.WriteString("running", running?.Id);
        json.WriteNumber("queued", server.QueuedCount);
        json.WriteBoolean("canExec", options.Policy.Commands != CommandRule.ActionsOnly);
        json.WriteBoolean("canGet", options.Policy.Transfers is TransferRule.Get or TransferRule.Both);
        json.WriteBoolean("canPut", options.Policy.Transfers is TransferRule.Put or TransferRule.Both);
        json.WriteStartArray("actions");
        foreach (var action in options.Actions)
        {
            Write(json, action);
        }

        json.WriteEndArray();
        json.WriteStartArray("pending");
        foreach (var command in server.Pending.OrderBy(command => command.Origin.ReceivedTimestamp))
        {
            json.WriteStartObject();
            EventJson.WriteCommand(json, command);
            json.WriteBoolean("started", command.Id == running?.Id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ActionOptions action)
    {
        json.WriteStartObject();
        json.WriteString("name", action.Name);
        json.WriteString("title", action.Title);
        json.WriteString("icon", action.Icon);
        json.WriteString("confirm", action.Confirm);
        json.WriteBoolean("scheduled", action.Schedule is not null);
        json.WriteStartArray("parameters");
        foreach (var parameter in action.Parameters)
        {
            Write(json, parameter);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ActionParameter parameter)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteString("title", parameter.Title);
        json.WriteString("type", JsonNamingPolicy.CamelCase.ConvertName(parameter.Type.ToString()));
        json.WriteString("default", parameter.Default);
        WriteNumber(json, "min", parameter.Minimum);
        WriteNumber(json, "max", parameter.Maximum);
        json.WriteNumber("maxLength", parameter.MaximumLength);
        json.WriteString("pattern", parameter.Pattern);
        json.WriteStartArray("choices");
        foreach (var choice in parameter.Choices)
        {
            json.WriteStringValue(choice);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
