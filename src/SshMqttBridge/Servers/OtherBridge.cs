using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>Another bridge on the same base topic, as its <c>ssh/bridge/info</c> describes it.</summary>
/// <param name="Instance">Its client id.</param>
/// <param name="StartedAt">When it started, by its own clock.</param>
/// <param name="Servers">The ids of the servers that it serves.</param>
/// <param name="IsInGroup">Whether it belongs to the group of its base topic.</param>
internal sealed record OtherBridge(string Instance, string StartedAt, IReadOnlySet<string> Servers, bool IsInGroup)
{
    /// <summary>Its name among the shards; null: it is none.</summary>
    public string? Shard { get; init; }

    /// <summary>Reads a message on <c>ssh/bridge/info</c>.</summary>
    /// <returns>False: it is not one of a bridge that announces its servers in this way.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out OtherBridge? bridge)
    {
        bridge =
            PublishedJson.TryParse(json) is { } info
            && info.TextOf("instance") is { } instance
            && info.TextOf("startedAt") is { } startedAt
            && info.Is("servers", JsonValueKind.Array)
                ? new OtherBridge(instance, startedAt, Served(info), info.TextOf("group") is not null)
                {
                    Shard = info.TextOf("shard"),
                }
                : null;
        return bridge is not null;
    }

    /// <summary>
    /// Finds the bridges that are connected to the broker: all shards, and of others the one that has announced itself last. The
    /// caller is not subscribed to anything else.
    /// </summary>
    /// <returns>Empty: there is none, or the broker has no retained messages or does not allow to read them.</returns>
    /// <exception cref="MqttConnectionException">The connection is lost.</exception>
    public static async Task<IReadOnlyList<OtherBridge>> FindAsync(
        IMqttConnection connection,
        TopicScheme topics,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        using Deadline deadline = new(limit, TimeProvider.System, cancellationToken);
        try
        {
            await connection.SubscribeToStateAsync(topics.BridgeState, deadline.Token);
            await connection.SubscribeToStateAsync(topics.SingleInfo, deadline.Token);
            await connection.SubscribeToStateAsync(topics.Shards, deadline.Token);
            // The retained messages arrive before the response to a later subscription.
            await connection.SubscribeAsync(topics.Of("bridge", "check"), deadline.Token);
        }
        catch (Exception exception) when (exception is MqttRefusedException || deadline.HasPassed)
        {
            return [];
        }

        var isOnline = false;
        List<OtherBridge> found = [];
        while (connection.Deliveries.TryRead(out var delivery))
        {
            if (delivery.Topic == topics.BridgeState)
            {
                isOnline = delivery.Payload.Span.SequenceEqual("online"u8);
            }
            else if (TryRead(delivery.Payload, out var bridge))
            {
                found.Add(bridge);
            }
        }

        return isOnline ? found : [];
    }

    /// <summary>The <c>instance</c> of a message on <c>ssh/bridge/info</c>; null: it has none.</summary>
    /// <remarks>Reads only its beginning: the info of a thousand servers is large, and a bridge receives its own.</remarks>
    public static string? InstanceOf(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("instance"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Any client may publish anything.
        }

        return null;
    }

    /// <summary>
    /// Whether this one keeps a server that both serve: both compare the same two texts, so that both decide alike even if one of
    /// the clocks is wrong.
    /// </summary>
    public bool IsBefore(string instance, DateTimeOffset startedAt) =>
        string.CompareOrdinal(StartedAt, UtcMillisecondsConverter.ToText(startedAt)) is var order
        && (order < 0 || (order == 0 && string.CompareOrdinal(Instance, instance) < 0));

    private static HashSet<string> Served(JsonElement info) =>
        [
            .. info.ObjectsOf("servers")
                .Where(server => !server.Is("served", JsonValueKind.False))
                .Select(server => server.TextOf("id"))
                .OfType<string>(),
        ];
}
