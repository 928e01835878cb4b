using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SshMqttBridge.Actions;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Policies;
using SshMqttBridge.Servers;

namespace SshMqttBridge.WebConsole;

/// <summary><c>/api/state</c>: the bridge, its group, its servers, and their queued and running commands. Contains no secrets.</summary>
internal sealed class StateEndpoint(
    ServerSet servers,
    BridgeActivity activity,
    IGroupStatus group,
    FileAccess files,
    HostKeyAccess hostKeys,
    StartTime startTime
)
{
    public Task GetAsync(HttpContext context) =>
        context.Response.JsonAsync(
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteStartObject("bridge");
                json.WriteString("version", BridgeVersion.Text);
                json.WriteString("startedAt", UtcMillisecondsConverter.ToText(startTime.Value));
                json.WriteString("broker", EventJson.Online(activity.IsActive));
                json.WriteBoolean("files", files.IsAllowed);
                json.WriteNumber("maxUploadBytes", files.MaximumUploadBytes);
                json.WriteEndObject();
                if (group.Current is { } state)
                {
                    json.WriteStartObject("group");
                    EventJson.WriteGroup(json, state);
                    json.WriteEndObject();
                }

                json.WriteStartArray("servers");
                foreach (var server in servers.All)
                {
                    Write(json, server);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }
        );

    private void Write(Utf8JsonWriter json, Server server)
    {
        var (options, running) = (server.Options, server.Running);
        json.WriteStartObject();
        json.WriteString("id", options.Id);
        json.WriteString("host", options.Host);
        json.WriteNumber("port", options.Port);
        json.WriteString("user", options.User);
        json.WriteBoolean("onDemand", !options.PersistentConnection);
        EventJson.WriteConnection(json, options.Id, server.ConnectionStatus);
        json.WriteString("running", running?.Id);
        json.WriteNumber("queued", server.QueuedCount);
        json.WriteBoolean("canExec", options.Policy.Commands != CommandRule.ActionsOnly);
        json.WriteBoolean("canGet", options.Policy.Transfers is TransferRule.Get or TransferRule.Both);
        json.WriteBoolean("canPut", options.Policy.Transfers is TransferRule.Put or TransferRule.Both);
        // Null: a refused host key can be accepted here.
        json.WriteString("trustRefusal", hostKeys.RefusalOf(options));
        ActionInfo.Write(json, options.Actions, ActionInfoFormat.Console);
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
}
