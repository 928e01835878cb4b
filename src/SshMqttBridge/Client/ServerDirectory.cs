using System.Text.Json;
using SshMqttBridge.Common;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Client;

/// <summary>Reads the servers and actions of all bridges on the base topic from their retained info.</summary>
internal sealed class ServerDirectory(ClientSettings settings, IMqttTransport transport, TimeProvider time)
{
    private readonly TopicScheme _topics = new(settings.Mqtt.BaseTopic);

    /// <summary>One line for each server: id, connection, and why it is offline.</summary>
    /// <exception cref="ClientException">No bridge is running.</exception>
    public async Task<string> ServersAsync(CancellationToken cancelled) =>
        Table([.. (await ReadAsync(cancelled)).Select(server => (string[])[server.Id, server.Connection, server.Reason ?? ""])]);

    /// <summary>One line for each action of a server: name, title and parameters.</summary>
    /// <exception cref="ClientException">No bridge is running, or none has this server.</exception>
    public async Task<string> ActionsAsync(string serverId, CancellationToken cancelled)
    {
        var servers = await ReadAsync(cancelled);
        var server =
            servers.FirstOrDefault(server => server.Id == serverId)
            ?? throw new ClientException(ClientExitStatus.NotRun, $"There is no server {Printable.Name(serverId)}");
        return Table([
            .. server.Actions.Select(action => (string[])[action.Name, action.Title, string.Join(' ', action.Parameters)]),
        ]);
    }

    /// <summary>The servers of one message.</summary>
    public static IEnumerable<ListedServer> Parse(ReadOnlyMemory<byte> json) =>
        PublishedJson.TryParse(json) is { } info
            ? info.ObjectsOf("servers")
                // Another bridge serves it, and lists it as well.
                .Where(server => !server.Is("served", JsonValueKind.False))
                .Select(server => new ListedServer(
                    server.TextOf("id") ?? "",
                    server.TextOf("connection") ?? "",
                    server.TextOf("reason"),
                    [.. server.ObjectsOf("actions").Select(ToAction)]
                ))
            : [];

    private async Task<List<ListedServer>> ReadAsync(CancellationToken cancelled)
    {
        Subscription[] subscriptions =
        [
            new(_topics.SingleInfo, RetainedMessages.Always),
            new(_topics.ShardInfos, RetainedMessages.Always) { IsOptional = true },
            new(_topics.BridgeState, RetainedMessages.Always),
        ];
        await using ClientConnection connection = new(transport, settings.Mqtt, subscriptions, time);
        SortedDictionary<string, ListedServer> found = new(StringComparer.Ordinal);
        await connection.OpenAsync(
            delivery =>
            {
                foreach (var server in Parse(delivery.Payload))
                {
                    found[server.Id] = server;
                }
            },
            cancelled
        );
        return [.. found.Values];
    }

    private static ListedAction ToAction(JsonElement action)
    {
        var name = action.TextOf("name") ?? "";
        return new ListedAction(name, action.TextOf("title") ?? name, [.. action.ObjectsOf("parameters").Select(ToParameter)]);
    }

    private static string ToParameter(JsonElement parameter)
    {
        var name = parameter.TextOf("name");
        var values =
            parameter.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array
                ? string.Join('|', choices.EnumerateArray())
                : parameter.TextOf("type");
        return parameter.TextOf("default") is null ? $"{name}={values}" : $"[{name}={values}]";
    }

    /// <summary>Columns that are as wide as their longest entry.</summary>
    private static string Table(IReadOnlyList<string[]> rows)
    {
        List<string[]> printable = [.. rows.Select(row => row.Select(text => Printable.Text(text, int.MaxValue)).ToArray())];
        int[] widths =
        [
            .. Enumerable.Range(0, 3).Select(column => printable.Select(row => row[column].Length).DefaultIfEmpty().Max()),
        ];
        return string.Concat(
            printable.Select(row =>
                string.Join("  ", row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd() + "\n"
            )
        );
    }
}
