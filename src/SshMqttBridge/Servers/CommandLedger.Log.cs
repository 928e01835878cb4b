using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

internal sealed partial class CommandLedger
{
    [LoggerMessage(EventId = 2101, Message = "{Server}: {CommandId} {Operation} {Status} after {DurationMs} ms. {Detail}")]
    private partial void LogEnded(
        LogLevel level,
        string server,
        string commandId,
        Operation operation,
        CommandStatus status,
        string detail,
        long durationMs
    );

    [LoggerMessage(2102, LogLevel.Warning, "{Server}: {Topic} rejected, {Reason}: {Detail}")]
    private partial void LogRejected(string server, string topic, string reason, string detail);

    [LoggerMessage(2103, LogLevel.Information, "{Server}: Duplicate command {CommandId} ignored")]
    private partial void LogDuplicate(string server, string commandId);

    [LoggerMessage(2113, LogLevel.Error, "{Server}: output of {CommandId} dropped, because its result could not be recorded")]
    private partial void LogOutputDropped(string server, string commandId, Exception exception);
}
