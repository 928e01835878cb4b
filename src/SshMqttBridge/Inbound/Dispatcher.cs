using Microsoft.Extensions.Logging;
using SshMqttBridge.Audit;
using SshMqttBridge.Commands;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Servers;

namespace SshMqttBridge.Inbound;

/// <summary>Dispatches each message to its server, or rejects it at once. Never waits and never throws.</summary>
internal sealed partial class Dispatcher(
    TopicScheme topics,
    CommandParser parser,
    ServerSet servers,
    ResultPublisher publisher,
    AuditLog audit,
    OtherBridges otherBridges,
    ILogger<Dispatcher> logger
)
{
    /// <summary>Dispatches one message.</summary>
    public void Dispatch(MqttDelivery delivery)
    {
        try
        {
            if (delivery is { Retain: true, PayloadBytes: 0 })
            {
                return; // A client clears a retained message, as the rejection of that message advises.
            }

            if (topics.Parse(delivery.Topic) is { } topic)
            {
                if (IsForAnotherBridge(topic.ServerId))
                {
                    return;
                }

                Dispatch(topic, parser.Parse(topic, delivery));
            }
            else if (topics.IsMisplaced(delivery.Topic))
            {
                ReportMisplaced(delivery.Topic);
            }
        }
        catch (Exception exception)
        {
            // A defect of the bridge must not end the receive loop.
            LogUnexpected(logger, delivery.Topic, exception);
            publisher.PublishError(
                Reasons.Local,
                "The bridge failed to process this message: " + exception.Message,
                delivery.Topic
            );
        }
    }

    /// <summary>Submits a command that did not come from the broker; the same rules apply.</summary>
    /// <param name="topic">The topic that a client would publish to; the server must exist.</param>
    /// <param name="payload">The payload that a client would publish.</param>
    /// <param name="source">The kind of client.</param>
    /// <param name="name">The topic that the audit log records.</param>
    public Submission Submit(WriteTopic topic, ReadOnlyMemory<byte> payload, CommandSource source, string name)
    {
        var server =
            servers.Find(topic.ServerId) ?? throw new ArgumentException($"Unknown server '{topic.ServerId}'.", nameof(topic));
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
                throw new ArgumentException($"Unknown topic '{topic.Name}'.", nameof(topic));
        }
    }

    /// <summary>Whether another bridge on the base topic serves the server, and answers.</summary>
    private bool IsForAnotherBridge(string serverId) =>
        servers.Find(serverId) is { } server ? !server.IsServed : otherBridges.Serve(serverId);

    private void Dispatch(WriteTopic topic, ParsedCommand parsed)
    {
        var server = servers.Find(topic.ServerId);
        switch (parsed)
        {
            case ParsedCommand.Unknown unknown:
                audit.Write(AuditEntry.OfUnknown(topic.ServerId, unknown.Origin.Topic, null, null));
                ReportUnroutable(
                    unknown.Origin.Topic,
                    server is null ? $"{UnknownServer(topic.ServerId)} {unknown.Message}" : unknown.Message
                );
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
        var message = UnknownServer(fault.Origin.ServerId);
        audit.Write(AuditEntry.OfUnknown(fault.Origin.ServerId, fault.Origin.Topic, fault.Operation, fault.Id));
        ReportUnroutable(fault.Origin.Topic, message);
        if (fault.Origin.Reply is { } reply)
        {
            var result = (fault with { Reason = Reasons.Invalid, Message = message }).ToResult();
            publisher.Answer(result, result.ToJson(), [reply]);
        }
    }

    private void ReportMisplaced(string topic)
    {
        audit.Write(AuditEntry.OfUnknown(topics.FirstLevelOf(topic), topic, null, null));
        ReportUnroutable(
            topic,
            $"Unknown topic: it must be {topics.Of("<server>", "<name>/set")}, or for exec and run "
                + $"{topics.Of("<server>", "<name>/<argument>/set")}."
        );
    }

    private void ReportUnroutable(string topic, string message)
    {
        LogUnroutable(logger, topic, message);
        publisher.PublishError(Reasons.Invalid, message, topic);
    }

    private static string UnknownServer(string id) => $"There is no server '{id}' in the configuration.";

    [LoggerMessage(4001, LogLevel.Warning, "Could not dispatch the message on {Topic}: {Error}")]
    static partial void LogUnroutable(ILogger logger, string topic, string error);

    [LoggerMessage(4002, LogLevel.Error, "Unexpected failure while dispatching the message on {Topic}; please report it")]
    static partial void LogUnexpected(ILogger logger, string topic, Exception exception);
}
