using System.Text;
using SshMqttBridge.Actions;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Mqtt;
using static SshMqttBridge.Inbound.PayloadText;

namespace SshMqttBridge.Inbound;

/// <summary>Converts a message on a write topic to a command.</summary>
/// <param name="responseTopics">The topic filters that a Response Topic must match.</param>
/// <param name="time">The clock for the time of receipt.</param>
/// <param name="actions">The configured actions; null: none.</param>
internal sealed class CommandParser(IReadOnlyList<string> responseTopics, TimeProvider time, ActionCatalog? actions = null)
{
    /// <summary>The topic filters that a Response Topic must match. Any thread.</summary>
    public IReadOnlyList<string> ResponseTopics { get; set; } = responseTopics;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ActionPayload _actions = new(actions ?? ActionCatalog.Empty);

    /// <summary>Parses the message. Never throws: the return value describes a fault.</summary>
    /// <param name="topic">The topic of the message, parsed.</param>
    /// <param name="delivery">The message.</param>
    /// <param name="source">The client that sent it.</param>
    public ParsedCommand Parse(WriteTopic topic, MqttDelivery delivery, CommandSource source = CommandSource.Mqtt)
    {
        var origin = new CommandOrigin(topic.ServerId, delivery.Topic, time.GetUtcNow(), time.GetTimestamp())
        {
            Source = source,
            Expiry = delivery.Expiry,
            IsStale = delivery.IsStale,
        };
        if (OperationInfo.OfTopic(topic.Name) is not { } info)
        {
            return new ParsedCommand.Unknown(
                origin,
                $"Unknown topic '{topic.Name}'. Valid: {string.Join(", ", OperationInfo.Topics)}."
            );
        }

        try
        {
            origin = origin with { Reply = ReplyAddressOf(delivery) };
            if (delivery.IsTooLarge)
            {
                throw new CommandFault(
                    Reasons.TooLarge,
                    $"The payload has {delivery.PayloadBytes} bytes; the maximum is {CommandLimits.PayloadBytes}."
                );
            }

            if (delivery.Retain)
            {
                throw new CommandFault(
                    Reasons.Retained,
                    "The bridge never runs a retained message; publish without the retain flag, "
                        + "and clear the topic with an empty retained message."
                );
            }

            return new ParsedCommand.Valid(Build(info, topic, delivery.Payload.Span, origin));
        }
        catch (CommandFault fault)
        {
            var id = fault.Id ?? RequestId.Find(info, delivery.Payload.Span);
            return new ParsedCommand.Faulty(origin, info.Operation, id, fault.Reason, fault.Message) { Action = fault.Action };
        }
    }

    private Command Build(OperationInfo info, WriteTopic topic, ReadOnlySpan<byte> payload, CommandOrigin origin)
    {
        var argument = topic.Argument;
        if (argument is not null && !info.TakesArgument)
        {
            throw new CommandFault(
                Reasons.Invalid,
                $"'{info.Name}/{argument}/set' is not a topic; only exec and run accept a level before 'set'."
            );
        }

        var text = Decode(payload);
        var newId = CommandId.Make();
        return info.Operation switch
        {
            Operation.Exec when topic.Name == OperationInfo.RunTopic => _actions.Read(argument, text, origin),
            Operation.Exec => Exec(argument, text, origin, newId),
            Operation.Get or Operation.Put => Transfer(info.Operation, text, origin, newId),
            Operation.Connection => new ConnectionCommand(IsOpen(text)) { Origin = origin, Id = newId },
            Operation.User => new UserCommand(text.Length == 0 ? null : Line("A user name", text))
            {
                Origin = origin,
                Id = newId,
            },
            Operation.Password => new PasswordCommand(text.Length == 0 ? null : new Secret(Line("A password", text)))
            {
                Origin = origin,
                Id = newId,
            },
            _ => new CancelCommand(text) { Origin = origin, Id = newId },
        };
    }

    private static ExecCommand Exec(string? seconds, string text, CommandOrigin origin, string newId)
    {
        var timeout = seconds is null ? ExecCommand.DefaultTimeout : Timeout(seconds);
        if (JsonPayload.TryParse(text, OperationInfo.Of(Operation.Exec).JsonKey!) is not { } json)
        {
            return new ExecCommand(PayloadText.CommandLine(text), timeout, null) { Origin = origin, Id = newId };
        }

        var id = json.Id();
        return CommandFault.Naming(
            id,
            null,
            () =>
            {
                json.AllowOnly("command", "timeout", "stdin", "live", "id");
                var commandLine = PayloadText.CommandLine(json.RequiredText("command"));
                TimeSpan? requested = json.Number("timeout") is { } number ? Timeout(number) : null;
                return new ExecCommand(commandLine, requested ?? timeout, json.Text("stdin"))
                {
                    IsLive = json.Flag("live"),
                    Origin = origin,
                    Id = id ?? newId,
                    HasOwnId = id is not null,
                };
            }
        );
    }

    private static TransferCommand Transfer(Operation operation, string text, CommandOrigin origin, string newId)
    {
        var isPut = operation == Operation.Put;
        if (JsonPayload.TryParse(text, OperationInfo.Of(operation).JsonKey!) is { } json)
        {
            var id = json.Id();
            return CommandFault.Naming(
                id,
                null,
                () =>
                {
                    json.AllowOnly("source", "destination", "id");
                    return new TransferCommand(
                        isPut,
                        Name("source", json.RequiredText("source")),
                        Name("destination", json.RequiredText("destination"))
                    )
                    {
                        Origin = origin,
                        Id = id ?? newId,
                        HasOwnId = id is not null,
                    };
                }
            );
        }

        if (!TransferPaths.TryParse(text, out var source, out var destination, out var error))
        {
            throw new CommandFault(Reasons.Invalid, error);
        }

        return new TransferCommand(isPut, Name("source", source), Name("destination", destination))
        {
            Origin = origin,
            Id = newId,
        };
    }

    private ReplyAddress? ReplyAddressOf(MqttDelivery delivery)
    {
        if (delivery.ResponseTopic is not { } topic)
        {
            return null;
        }

        if (!TopicFilter.IsPublishable(topic) || TopicScheme.IsWriteTopic(topic))
        {
            throw new CommandFault(
                Reasons.Invalid,
                "The response topic is invalid: it must not contain wildcards, begin with '$' or end with '/set'."
            );
        }

        if (!TopicFilter.MatchesAny(ResponseTopics, topic))
        {
            throw new CommandFault(
                Reasons.Invalid,
                $"The response topic must match {string.Join(" or ", ResponseTopics)} (mqtt.responseTopics)."
            );
        }

        return new ReplyAddress(topic, delivery.CorrelationData);
    }

    private static string Decode(ReadOnlySpan<byte> payload)
    {
        try
        {
            return StrictUtf8.GetString(payload);
        }
        catch (DecoderFallbackException)
        {
            throw new CommandFault(Reasons.Invalid, "The payload is not UTF-8.");
        }
    }
}
