using System.Text;
using SshMqttBridge.Actions;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Mqtt;
using static SshMqttBridge.Inbound.PayloadText;

namespace SshMqttBridge.Inbound;

/// <summary>Makes a command of a message on a write topic.</summary>
/// <param name="responseTopics">The topic filters that a Response Topic must match.</param>
/// <param name="time">Gives the time of receipt.</param>
/// <param name="actions">What has a name; null: nothing.</param>
internal sealed class CommandParser(IReadOnlyList<string> responseTopics, TimeProvider time, ActionCatalog? actions = null)
{
    /// <summary>What runs an action is an exec, too.</summary>
    private const string Run = "run";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ActionPayload _actions = new(actions ?? ActionCatalog.Empty);

    /// <summary>Parses the message. Never throws: what is wrong with it is in the answer.</summary>
    /// <param name="topic">What the message is for.</param>
    /// <param name="delivery">The message.</param>
    /// <param name="source">Who gave it.</param>
    public ParsedCommand Parse(WriteTopic topic, MqttDelivery delivery, CommandSource source = CommandSource.Mqtt)
    {
        var origin = new CommandOrigin(topic.ServerId, delivery.Topic, time.GetUtcNow(), time.GetTimestamp())
        {
            Source = source,
            Expiry = delivery.Expiry,
        };
        if (OperationOf(topic.Name) is not { } operation)
        {
            return new ParsedCommand.Unknown(
                origin,
                $"There is no '{topic.Name}'; write to exec, run, get, put, connection, user, password or cancel."
            );
        }

        try
        {
            origin = origin with { Reply = ReplyOf(delivery) };
            if (delivery.IsTooLarge)
            {
                throw new CommandFault(
                    Reasons.TooLarge,
                    $"The payload has {delivery.PayloadBytes} bytes; the most is {CommandLimits.PayloadBytes}."
                );
            }

            if (delivery.Retain)
            {
                throw new CommandFault(
                    Reasons.Retained,
                    "A retained message is never carried out; publish without the retain flag, and clear the topic with an empty retained message."
                );
            }

            return new ParsedCommand.Valid(Build(operation, topic, delivery.Payload.Span, origin));
        }
        catch (CommandFault fault)
        {
            return new ParsedCommand.Faulty(origin, operation, fault.Id, fault.Reason, fault.Message) { Action = fault.Action };
        }
    }

    private static Operation? OperationOf(string name) =>
        name switch
        {
            "exec" or Run => Operation.Exec,
            "get" => Operation.Get,
            "put" => Operation.Put,
            "connection" => Operation.Connection,
            "user" => Operation.User,
            "password" => Operation.Password,
            "cancel" => Operation.Cancel,
            _ => null,
        };

    private Command Build(Operation operation, WriteTopic topic, ReadOnlySpan<byte> payload, CommandOrigin origin)
    {
        var argument = topic.Argument;
        if (argument is not null && operation != Operation.Exec)
        {
            throw new CommandFault(
                Reasons.Invalid,
                $"'{operation.ToString().ToLowerInvariant()}/{argument}/set' is no topic; only exec and run take something there."
            );
        }

        var text = Decode(payload);
        var madeId = CommandId.Make();
        return operation switch
        {
            Operation.Exec when topic.Name == Run => _actions.Read(argument, text, origin),
            Operation.Exec => Exec(argument, text, origin, madeId),
            Operation.Get or Operation.Put => Transfer(operation, text, origin, madeId),
            Operation.Connection => new ConnectionCommand(IsOpen(text)) { Origin = origin, Id = madeId },
            Operation.User => new UserCommand(text.Length == 0 ? null : Line("A user name", text))
            {
                Origin = origin,
                Id = madeId,
            },
            Operation.Password => new PasswordCommand(text.Length == 0 ? null : new Secret(Line("A password", text)))
            {
                Origin = origin,
                Id = madeId,
            },
            _ => new CancelCommand(text) { Origin = origin, Id = madeId },
        };
    }

    private static ExecCommand Exec(string? seconds, string text, CommandOrigin origin, string madeId)
    {
        var timeout = seconds is null ? ExecCommand.DefaultTimeout : Timeout(seconds);
        if (JsonPayload.TryParse(text, "command") is not { } json)
        {
            return new ExecCommand(PayloadText.CommandLine(text), timeout, null) { Origin = origin, Id = madeId };
        }

        var id = json.Id();
        return CommandFault.Naming(
            id,
            null,
            () =>
            {
                json.AllowOnly("command", "timeout", "stdin", "id");
                var commandLine = PayloadText.CommandLine(json.RequiredText("command"));
                TimeSpan? own = json.Number("timeout") is { } number ? Timeout(number) : null;
                return new ExecCommand(commandLine, own ?? timeout, json.Text("stdin"))
                {
                    Origin = origin,
                    Id = id ?? madeId,
                    HasOwnId = id is not null,
                };
            }
        );
    }

    private static TransferCommand Transfer(Operation operation, string text, CommandOrigin origin, string madeId)
    {
        var isPut = operation == Operation.Put;
        if (JsonPayload.TryParse(text, "source") is { } json)
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
                        Id = id ?? madeId,
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
            Id = madeId,
        };
    }

    private ReplyAddress? ReplyOf(MqttDelivery delivery)
    {
        if (delivery.ResponseTopic is not { } topic)
        {
            return null;
        }

        if (!TopicFilter.IsPublishable(topic) || TopicScheme.IsWriteTopic(topic))
        {
            throw new CommandFault(
                Reasons.Invalid,
                "The response topic is no topic to answer to: no wildcards, no '$…', no '…/set'."
            );
        }

        if (!responseTopics.Any(filter => TopicFilter.Matches(filter, topic)))
        {
            throw new CommandFault(
                Reasons.Invalid,
                $"The response topic must match {string.Join(" or ", responseTopics)} (mqtt.responseTopics)."
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
