using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Events;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.WebConsole;

/// <summary>Converts events for the browser: a name and a JSON object.</summary>
internal static class EventJson
{
    /// <summary>In characters; the journal has the whole command.</summary>
    public const int MaximumCommandLength = 16 * 1024;

    public static string NameOf(ServerEvent serverEvent) =>
        serverEvent switch
        {
            ServerEvent.Broker => "broker",
            ServerEvent.Reloaded => "reloaded",
            ServerEvent.Group => "group",
            ServerEvent.Connection => "connection",
            ServerEvent.Queue => "queue",
            ServerEvent.Accepted => "accepted",
            ServerEvent.Started => "started",
            ServerEvent.Output => "output",
            ServerEvent.Progress => "progress",
            ServerEvent.Ended => "ended",
            _ => throw new ArgumentException($"{serverEvent.GetType().Name} has no name.", nameof(serverEvent)),
        };

    public static void Write(Utf8JsonWriter json, ServerEvent serverEvent)
    {
        if (serverEvent is ServerEvent.Ended ended)
        {
            json.WriteRawValue(ended.Result.ToJson(), skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        if (serverEvent.Server.Length > 0)
        {
            json.WriteString("server", serverEvent.Server);
        }

        switch (serverEvent)
        {
            case ServerEvent.Broker broker:
                json.WriteString("state", Online(broker.IsOnline));
                break;
            case ServerEvent.Group group:
                WriteGroup(json, group.State);
                break;
            case ServerEvent.Connection connection:
                WriteConnection(json, connection.Server, connection.Status);
                break;
            case ServerEvent.Queue queue:
                json.WriteString("running", queue.Running);
                json.WriteNumber("queued", queue.Queued);
                break;
            case ServerEvent.Accepted accepted:
                WriteCommand(json, accepted.Command);
                break;
            case ServerEvent.Started started:
                WriteCommand(json, started.Command);
                break;
            case ServerEvent.Output output:
                json.WriteString("id", output.CommandId);
                json.WriteString("stream", output.Stream == OutputStream.StandardOutput ? "out" : "err");
                json.WriteString("text", output.Text);
                if (output.SkippedBytes > 0)
                {
                    json.WriteNumber("skipped", output.SkippedBytes);
                }

                break;
            case ServerEvent.Progress progress:
                json.WriteString("id", progress.CommandId);
                json.WriteString("operation", OperationInfo.Of(progress.Operation).Name);
                json.WriteNumber("bytes", progress.Bytes);
                json.WriteNumber("total", progress.Total);
                json.WriteNumber("rate", progress.Rate);
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the properties of a queued or running command.</summary>
    public static void WriteCommand(Utf8JsonWriter json, Command command)
    {
        json.WriteString("id", command.Id);
        json.WriteString("operation", OperationInfo.Of(command.Operation).Name);
        json.WriteString("command", command.Text is { } text ? Excerpt.Of(text, MaximumCommandLength) : null);
        json.WriteString("action", (command as ExecCommand)?.Action);
        json.WriteString(
            "source",
            command.Origin.Source switch
            {
                CommandSource.WebConsole => CommandOrigin.WebConsoleTopic,
                CommandSource.Schedule => CommandOrigin.ScheduleTopic,
                _ => "mqtt",
            }
        );
        json.WriteString("receivedAt", UtcMillisecondsConverter.ToText(command.Origin.ReceivedAt));
    }

    /// <summary>Writes the properties of a server's connection.</summary>
    public static void WriteConnection(Utf8JsonWriter json, string serverId, ConnectionStatus status)
    {
        json.WriteString("connection", Online(status.Offline is null));
        json.WriteString("reason", status.Offline is { } reason ? CamelCase.Of(reason) : null);
        json.WriteString("message", status.Message);
        if (status.HostKey is not { } key)
        {
            json.WriteNull("hostKey");
            return;
        }

        json.WriteStartObject("hostKey");
        json.WriteString("expected", key.Expected);
        json.WriteString("presented", key.Presented);
        json.WriteString("remedy", CamelCase.Of(key.Remedy));
        json.WriteString("command", key.Remedy == HostKeyRemedy.Trust ? TrustCommand(serverId) : null);
        json.WriteEndObject();
    }

    /// <summary>Writes the properties of the bridge's group.</summary>
    public static void WriteGroup(Utf8JsonWriter json, GroupState group)
    {
        json.WriteString("instance", group.Instance);
        json.WriteBoolean("isLeader", group.IsLeader);
        json.WriteString("broker", Online(group.IsConnected));
        json.WriteString("leader", group.Leader);
        json.WriteString("since", group.Since is { } since ? UtcMillisecondsConverter.ToText(since) : null);
        json.WriteStartArray("others");
        foreach (var (instance, state) in group.Others)
        {
            json.WriteStartObject();
            json.WriteString("instance", instance);
            json.WriteString("state", state);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string TrustCommand(string serverId) =>
        "SshMqttBridge trust "
        + (serverId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? serverId : ShellWord.Quote(serverId));

    public static string Online(bool isOnline) => isOnline ? "online" : "offline";
}
