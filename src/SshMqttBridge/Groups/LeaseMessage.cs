using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SshMqttBridge.Groups;

/// <summary>A message of one instance to all of its group, itself included.</summary>
/// <param name="Sender">Who sends it.</param>
/// <param name="Kind">What it means.</param>
/// <param name="Epoch">Of the sender's leadership, or the highest that it knows. Each leader has a higher one than the leader
/// before.</param>
/// <param name="Number">Counts the messages of this sender.</param>
internal sealed record LeaseMessage(LeaseHolder Sender, LeaseMessageKind Kind, long Epoch, long Number)
{
    /// <summary>More than a group reaches with a leader a second; a wrong message must not let it overflow.</summary>
    public const long MaximumEpoch = 1_000_000_000_000;

    /// <summary>The payload of a message.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, GroupJson.Relaxed.LeaseMessage);

    /// <returns>False: it is not one. Any client may publish anything.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out LeaseMessage? message)
    {
        message = GroupJson.Read(json, GroupJson.Relaxed.LeaseMessage);
        return message is { Sender: { Instance: not null, Life: not null }, Epoch: >= 0 and <= MaximumEpoch };
    }
}

/// <summary>The kinds of messages, in the order in which an instance sends them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LeaseMessageKind>))]
internal enum LeaseMessageKind
{
    /// <summary>Has the sender missed anything? It claims the lease when this has come back and nothing else before.</summary>
    [JsonStringEnumMemberName("probe")]
    Probe,

    /// <summary>The sender wants the lease, in a new epoch.</summary>
    [JsonStringEnumMemberName("claim")]
    Claim,

    /// <summary>The leader is alive.</summary>
    [JsonStringEnumMemberName("renewal")]
    Renewal,

    /// <summary>The leader gives up the lease.</summary>
    [JsonStringEnumMemberName("release")]
    Release,

    /// <summary>To an instance that knows only lower epochs.</summary>
    [JsonStringEnumMemberName("epoch")]
    Epoch,
}
