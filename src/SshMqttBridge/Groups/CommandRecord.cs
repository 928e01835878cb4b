using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SshMqttBridge.Commands;
using SshMqttBridge.Journal;

namespace SshMqttBridge.Groups;

/// <summary>
/// What a new leader must know of a command of the leader before. Retained at the broker, so it contains neither the command nor its
/// output: they may be secret, or large.
/// </summary>
internal sealed record CommandRecord
{
    public required string Server { get; init; }
    public required string Id { get; init; }

    /// <summary>Whether the client gave the id, so that another message may repeat the command.</summary>
    public bool OwnId { get; init; }

    public required Operation Operation { get; init; }
    public required CommandRecordState State { get; init; }

    /// <summary>The name of the action; null: not an action.</summary>
    public string? Action { get; init; }

    public bool Scheduled { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public string? ResponseTopic { get; init; }
    public byte[]? CorrelationData { get; init; }

    /// <summary>The epoch of the leader that has written it.</summary>
    public required long Epoch { get; init; }

    /// <summary>Without command, output and message; null before the end.</summary>
    public CommandResult? Result { get; init; }

    /// <summary>Distinguishes the commands of a server; a topic level, which not every id is.</summary>
    [JsonIgnore]
    public string Key => KeyOf(Id);

    public static string KeyOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));

    public static CommandRecord Of(Command command, CommandRecordState state, long epoch) =>
        new()
        {
            Server = command.Origin.ServerId,
            Id = command.Id,
            OwnId = command.HasOwnId,
            Operation = command.Operation,
            State = state,
            Action = (command as ExecCommand)?.Action,
            Scheduled = command.Origin.Source == CommandSource.Schedule,
            ReceivedAt = command.Origin.ReceivedAt,
            ResponseTopic = command.Origin.Reply?.Topic,
            CorrelationData = command.Origin.Reply?.CorrelationData?.ToArray(),
            Epoch = epoch,
        };

    public static CommandRecord Of(CommandResult result, bool hasOwnId, long epoch) =>
        new()
        {
            Server = result.Server,
            Id = result.Id!,
            OwnId = hasOwnId,
            Operation = result.Operation,
            State = CommandRecordState.Ended,
            Action = result.Action,
            Scheduled = result.Scheduled == true,
            ReceivedAt = result.ReceivedAt,
            Epoch = epoch,
            Result = result with
            {
                Command = null,
                Message = null,
                Out = "",
                Err = "",
                Truncated = result.OutBytes + result.ErrBytes > 0,
            },
        };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, GroupJson.Relaxed.CommandRecord);

    /// <returns>False: it is not one. Any client may publish anything.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, [NotNullWhen(true)] out CommandRecord? record)
    {
        record = GroupJson.Read(json, GroupJson.Relaxed.CommandRecord);
        return record is { Server: not null, Id: not null } and not { State: CommandRecordState.Ended, Result: null };
    }

    /// <summary>For the journal.</summary>
    public JournalEntry ToEntry() =>
        new()
        {
            ServerId = Server,
            Id = Id,
            Operation = Operation,
            Action = Action,
            IsScheduled = Scheduled,
            ReceivedAt = ReceivedAt,
            WasSent = State != CommandRecordState.Accepted,
            Reply = ResponseTopic is null ? null : new ReplyAddress(ResponseTopic, CorrelationData),
            Result = Result?.ToJson(),
        };
}

/// <summary>How far a command has got.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandRecordState>))]
internal enum CommandRecordState
{
    /// <summary>It is queued, and was not sent to its server.</summary>
    [JsonStringEnumMemberName("accepted")]
    Accepted,

    /// <summary>It may have been sent to its server.</summary>
    [JsonStringEnumMemberName("sent")]
    Sent,

    /// <summary>Its result has been published.</summary>
    [JsonStringEnumMemberName("ended")]
    Ended,
}
