using System.Globalization;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Events;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.WebConsole;

/// <summary>What happens, as the browser is told: a name and a JSON object.</summary>
internal static class EventJson
{
    /// <summary>The longest text of a command that is shown, in characters: the journal has the whole.</summary>
    public const int LongestCommand = 16 * 1024;

    public static string NameOf(ServerEvent happened) =>
        happened switch
        {
            ServerEvent.Broker => "broker",
            ServerEvent.Connection => "connection",
            ServerEvent.Queue => "queue",
            ServerEvent.Accepted => "accepted",
            ServerEvent.Started => "started",
            ServerEvent.Output => "output",
            ServerEvent.Progress => "progress",
            ServerEvent.Ended => "ended",
            _ => throw new ArgumentException($"{happened.GetType().Name} has no name.", nameof(happened)),
        };

    public static void Write(Utf8JsonWriter json, ServerEvent happened)
    {
        if (happened is ServerEvent.Ended ended)
        {
            json.WriteRawValue(ended.Result.ToJson(), skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        if (happened.Server.Length > 0)
        {
            json.WriteString("server", happened.Server);
        }

        switch (happened)
        {
            case ServerEvent.Broker broker:
                json.WriteString("state", Online(broker.IsOnline));
                break;
            case ServerEvent.Connection connection:
                json.WriteString("state", Online(connection.IsOnline));
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
                json.WriteString("operation", JsonNamingPolicy.CamelCase.ConvertName(progress.Operation.ToString()));
                json.WriteNumber("bytes", progress.Bytes);
                json.WriteNumber("total", progress.Total);
                json.WriteNumber("rate", progress.Rate);
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the members of a command that waits or runs.</summary>
    public static void WriteCommand(Utf8JsonWriter json, Command command)
    {
        json.WriteString("id", command.Id);
        json.WriteString("operation", JsonNamingPolicy.CamelCase.ConvertName(command.Operation.ToString()));
        json.WriteString("command", Shortened(command.Text));
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
        json.WriteString("receivedAt", Time(command.Origin.ReceivedAt));
    }

    public static string Online(bool isOnline) => isOnline ? "online" : "offline";

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString(UtcMillisecondsConverter.Format, CultureInfo.InvariantCulture);

    private static string? Shortened(string? text) =>
        text is { Length: > LongestCommand }
            ? string.Concat(
                text.AsSpan(0, char.IsHighSurrogate(text[LongestCommand - 1]) ? LongestCommand - 1 : LongestCommand),
                "…"
            )
            : text;
}
