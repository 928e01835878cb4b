using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Client;

/// <summary>The message that runs a command, an action or a transfer.</summary>
/// <param name="Id">The id of the command.</param>
/// <param name="ServerId">The server.</param>
/// <param name="Topic">A write topic.</param>
/// <param name="Payload">JSON.</param>
/// <param name="Wait">How long to wait for the result.</param>
internal sealed record ClientRequest(string Id, string ServerId, string Topic, ReadOnlyMemory<byte> Payload, TimeSpan Wait)
{
    private const int ActionSeconds = 90;
    private const int TransferSeconds = 24 * 60 * 60;

    // Timers take no longer time.
    private const int MaximumSeconds = 4_000_000;

    /// <summary>Creates the message of <c>run</c>, <c>action</c>, <c>get</c> and <c>put</c>.</summary>
    /// <param name="input">Standard input of the command; null: none.</param>
    public static ClientRequest Create(ClientArguments arguments, TopicScheme topics, string id, string? input)
    {
        var operands = arguments.Operands;
        var server = operands[0];
        var (topic, defaultWait) = arguments.Verb switch
        {
            "run" => (topics.Of(server, "exec/set"), Math.Min(arguments.Timeout, MaximumSeconds) + 60),
            "action" => (topics.RunOf(server, operands[1]), ActionSeconds),
            var transfer => (topics.Of(server, transfer + "/set"), TransferSeconds),
        };
        var payload = Json(json =>
        {
            json.WriteString("id", id);
            if (arguments is { IsLive: true, Verb: "run" or "action" })
            {
                json.WriteBoolean("live", true);
            }

            switch (arguments.Verb)
            {
                case "run":
                    json.WriteString("command", string.Join(' ', operands.Skip(1)));
                    json.WriteNumber("timeout", arguments.Timeout);
                    if (input is not null)
                    {
                        json.WriteString("stdin", input);
                    }

                    break;
                case "action":
                    WriteArguments(json, operands.Skip(2));
                    break;
                default:
                    json.WriteString("source", operands[1]);
                    json.WriteString("destination", operands[2]);
                    break;
            }
        });
        var wait = TimeSpan.FromSeconds(Math.Min(arguments.Wait ?? defaultWait, MaximumSeconds));
        return new ClientRequest(id, server, topic, payload, wait);
    }

    private static void WriteArguments(Utf8JsonWriter json, IEnumerable<string> assignments)
    {
        // The last one of several with the same name counts.
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (var assignment in assignments)
        {
            var end = assignment.IndexOf('=', StringComparison.Ordinal);
            values[assignment[..end]] = assignment[(end + 1)..];
        }

        json.WriteStartObject("args");
        foreach (var (name, value) in values)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, BridgeJson.Writer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
