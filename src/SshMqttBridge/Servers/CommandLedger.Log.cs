using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

internal sealed partial class CommandLedger
{
    [LoggerMessage(EventId = 2101, Message = "{Server}: {CommandId} {Operation} {Status} after {DurationMs} ms. {Message}")]
    private partial void LogEnded(
        LogLevel level,
        string server,
        string commandId,
        Operation operation,
        CommandStatus status,
        string message,
        long durationMs
    );

    [LoggerMessage(2102, LogLevel.Warning, "{Server}: {Topic} rejected, {Reason}: {Message}")]
    private partial void LogRejected(string server, string topic, string reason, string message);

    [LoggerMessage(2103, LogLevel.Information, "{Server}: {CommandId} came again and is not run again")]
    private partial void LogDuplicate(string server, string commandId);
}
