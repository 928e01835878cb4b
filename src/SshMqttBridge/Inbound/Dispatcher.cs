using Microsoft.Extensions.Logging;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Inbound;

/// <summary>Brings each message to the server that it is for, or says at once why not. Never waits and never throws.</summary>
internal sealed partial class Dispatcher(
    TopicScheme topics,
    CommandParser parser,
    ServerSet servers,
    ResultPublisher publisher,
    AuditLog audit,
    ILogger<Dispatcher> logger
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

    /// <summary>Takes a command that did not come by the broker, by the same rules.</summary>
    /// <param name="topic">What it is for; the server must exist.</param>
    /// <param name="payload">What would stand in the message.</param>
    /// <param name="source">Who gives it.</param>
    /// <param name="name">What the audit log calls where it came from.</param>
    public Submission Take(WriteTopic topic, ReadOnlyMemory<byte> payload, CommandSource source, string name)
    {
        var server =
            servers.Find(topic.ServerId) ?? throw new ArgumentException($"There is no server '{topic.ServerId}'.", nameof(topic));
        switch (parser.Parse(topic, new MqttDelivery(name, payload), source))
        {
            case ParsedCommand.Faulty fault:
                var rejected = server.Reject(fault.ToResult(), fault.Origin);
                return new Submission(rejected.Id!, rejected);
            case ParsedCommand.Valid { Command: CancelCommand cancel }:
                return new Submission(cancel.Id, server.Cancel(cancel));
            case ParsedCommand.Valid { Command: var command }:
                return new Submission(command.Id, server.Submit(command));
            default:
                throw new ArgumentException($"'{topic.Name}' is none of a server's operations.", nameof(topic));
        }
    }

    private void Dispatch(WriteTopic topic, ParsedCommand parsed)
    {
        var server = servers.Find(topic.ServerId);
        switch (parsed)
        {
            case ParsedCommand.Unknown unknown:
                audit.Write(AuditEntry.OfUnknown(topic.ServerId, unknown.Origin.Topic, null, null));
                Complain(unknown.Origin, unknown.Message);
                break;
            case ParsedCommand.Faulty fault when server is not null:
                server.Reject(fault.ToResult(), fault.Origin);
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

    private void RejectUnknownServer(ParsedCommand.Faulty fault)
    {
        var message = $"There is no server '{fault.Origin.ServerId}' in the configuration.";
        audit.Write(AuditEntry.OfUnknown(fault.Origin.ServerId, fault.Origin.Topic, fault.Operation, fault.Id));
        Complain(fault.Origin, message);
        if (fault.Origin.Reply is { } reply)
        {
            var result = (fault with { Reason = Reasons.Invalid, Message = message }).ToResult();
            publisher.Answer(result, result.ToJson(), [reply]);
        }
    }

    private void Complain(CommandOrigin origin, string message)
    {
        LogNotOurs(logger, origin.Topic, message);
        publisher.PublishError(Reasons.Invalid, message, origin.Topic);
    }

    [LoggerMessage(4001, LogLevel.Warning, "{Topic}: {Message}")]
    static partial void LogNotOurs(ILogger logger, string topic, string message);

    [LoggerMessage(4002, LogLevel.Error, "{Topic}: unexpected failure; please report it")]
    static partial void LogUnexpected(ILogger logger, string topic, Exception exception);
}
