using Microsoft.Extensions.Logging;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Results;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Commands;

/// <summary>Brings each message to the server that it is for, or says at once why not. Never waits and never throws.</summary>
internal sealed partial class Dispatcher(
    TopicScheme topics,
    CommandParser parser,
    IReadOnlyDictionary<string, Server> servers,
    ResultPublisher publisher,
    ILogger<Dispatcher> logger,
    AuditLog? audit = null
)
{
    /// <summary>Takes one message.</summary>
    public void Dispatch(MqttDelivery delivery)
    {
        try
        {
            if (delivery is { Retain: true, PayloadBytes: 0 })
            {
                return; // Somebody clears a retained message, as we told them to.
            }

            if (topics.Parse(delivery.Topic) is { } topic)
            {
                Dispatch(topic, parser.Parse(topic, delivery));
            }
        }
        catch (Exception exception)
        {
            // A fault of ours must not end the reading of messages.
            LogUnexpected(logger, delivery.Topic, exception);
            publisher.PublishError(Reasons.Local, "The bridge failed on this message: " + exception.Message, delivery.Topic);
        }
    }

    void Dispatch(WriteTopic topic, ParsedCommand parsed)
    {
        Server? server = servers.GetValueOrDefault(topic.ServerId);
        switch (parsed)
        {
            case ParsedCommand.Unknown unknown:
                audit?.Write(AuditEntry.OfUnknown(topic.ServerId, unknown.Origin.Topic, null, null));
                Complain(unknown.Origin, unknown.Message);
                break;
            case ParsedCommand.Faulty fault when server is not null:
                server.Reject(fault);
                break;
            case ParsedCommand.Valid { Command: CancelCommand cancel } when server is not null:
                server.Cancel(cancel);
                break;
            case ParsedCommand.Valid valid when server is not null:
                server.Submit(valid.Command);
                break;
            case ParsedCommand.Faulty fault:
                RejectUnknownServer(fault);
                break;
            case ParsedCommand.Valid { Command: var command }:
                RejectUnknownServer(
                    new ParsedCommand.Faulty(
                        command.Origin,
                        command.Operation,
                        command.HasOwnId ? command.Id : null,
                        Reasons.Invalid,
                        ""
                    )
                );
                break;
        }
    }

    void RejectUnknownServer(ParsedCommand.Faulty fault)
    {
        string message = $"There is no server '{fault.Origin.ServerId}' in the configuration.";
        audit?.Write(AuditEntry.OfUnknown(fault.Origin.ServerId, fault.Origin.Topic, fault.Operation, fault.Id));
        Complain(fault.Origin, message);
        if (fault.Origin.Reply is { } reply)
        {
            CommandResult result = (fault with { Reason = Reasons.Invalid, Message = message }).ToResult();
            publisher.Answer(result, result.ToJson(), [reply]);
        }
    }

    void Complain(CommandOrigin origin, string message)
    {
        LogNotOurs(logger, origin.Topic, message);
        publisher.PublishError(Reasons.Invalid, message, origin.Topic);
    }

    [LoggerMessage(4001, LogLevel.Warning, "{Topic}: {Message}")]
    static partial void LogNotOurs(ILogger logger, string topic, string message);

    [LoggerMessage(4002, LogLevel.Error, "{Topic}: unexpected failure; please report it")]
    static partial void LogUnexpected(ILogger logger, string topic, Exception exception);
}
