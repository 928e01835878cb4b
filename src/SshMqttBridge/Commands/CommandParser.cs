using System.Globalization;
using System.Text;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Commands;

/// <summary>Makes a command of a message on a write topic.</summary>
/// <param name="responseTopics">The topic filters that a Response Topic must match.</param>
/// <param name="time">Gives the time of receipt.</param>
internal sealed class CommandParser(IReadOnlyList<string> responseTopics, TimeProvider time)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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
                $"There is no '{topic.Name}'; write to exec, get, put, connection, user, password or cancel."
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

            return new ParsedCommand.Valid(Build(operation, topic.Argument, delivery.Payload.Span, origin));
        }
        catch (CommandFault fault)
        {
            return new ParsedCommand.Faulty(origin, operation, fault.Id, fault.Reason, fault.Message);
        }
    }

    private static Operation? OperationOf(string name) =>
        name switch
        {
            "exec" => Operation.Exec,
            "get" => Operation.Get,
            "put" => Operation.Put,
            "connection" => Operation.Connection,
            "user" => Operation.User,
            "password" => Operation.Password,
            "cancel" => Operation.Cancel,
            _ => null,
        };

    private static Command Build(Operation operation, string? argument, ReadOnlySpan<byte> payload, CommandOrigin origin)
    {
        if (argument is not null && operation != Operation.Exec)
        {
            throw new CommandFault(
                Reasons.Invalid,
                $"'{operation.ToString().ToLowerInvariant()}/{argument}/set' is no topic; only exec takes seconds there."
            );
        }

        var text = Decode(payload);
        var madeId = CommandId.Make();
        return operation switch
        {
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
            return new ExecCommand(CommandLine(text), timeout, null) { Origin = origin, Id = madeId };
        }

        var id = json.Id();
        return Naming(
            id,
            () =>
            {
                json.AllowOnly("command", "timeout", "stdin", "id");
                var commandLine = CommandLine(json.RequiredText("command"));
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
            return Naming(
                id,
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

    /// <summary>A fault found once the id is known carries it, so that the client finds its answer.</summary>
    private static T Naming<T>(string? id, Func<T> build)
    {
        try
        {
            return build();
        }
        catch (CommandFault fault)
        {
            throw new CommandFault(fault.Reason, fault.Message) { Id = id };
        }
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

    private static string CommandLine(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new CommandFault(Reasons.Invalid, "The command is empty.");
        }

        return WithoutNul("The command", text);
    }

    private static string Name(string what, string text)
    {
        if (text.Length == 0)
        {
            throw new CommandFault(Reasons.Invalid, $"The {what} is empty.");
        }

        return WithoutNul($"The {what}", text);
    }

    private static string Line(string what, string text) =>
        text.Any(char.IsControl)
            ? throw new CommandFault(Reasons.Invalid, $"{what} has no control characters and is one line.")
            : text;

    /// <summary>No POSIX program can be given a NUL in a word; cut off silently there, another command would run.</summary>
    private static string WithoutNul(string what, string text) =>
        text.Contains('\0') ? throw new CommandFault(Reasons.Invalid, $"{what} contains a NUL character.") : text;

    private static bool IsOpen(string text) =>
        text switch
        {
            "open" => true,
            "close" => false,
            _ => throw new CommandFault(Reasons.Invalid, "The payload must be 'open' or 'close'."),
        };

    private static TimeSpan Timeout(string seconds) =>
        double.TryParse(seconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? Timeout(number)
            : throw new CommandFault(Reasons.Invalid, $"'{seconds}' is not a number of seconds.");

    private static TimeSpan Timeout(double seconds) =>
        seconds >= CommandLimits.MinimumTimeout.TotalSeconds && seconds <= ExecCommand.MaximumTimeout.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new CommandFault(
                Reasons.Invalid,
                $"A timeout is {CommandLimits.MinimumTimeout.TotalSeconds} to {ExecCommand.MaximumTimeout.TotalSeconds} seconds."
            );
}
