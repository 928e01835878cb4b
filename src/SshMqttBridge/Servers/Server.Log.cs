using Microsoft.Extensions.Logging;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

internal sealed partial class Server
{
    [LoggerMessage(2101, LogLevel.Information, "{Server}: {CommandId} {Operation} {Status} after {DurationMs} ms. {Message}")]
    partial void LogEnded(
        string server,
        string? commandId,
        Operation operation,
        CommandStatus status,
        string message,
        long durationMs
    );

    [LoggerMessage(2102, LogLevel.Warning, "{Server}: {Topic} rejected, {Reason}: {Message}")]
    partial void LogRejected(string server, string topic, string reason, string message);

    [LoggerMessage(2103, LogLevel.Information, "{Server}: {CommandId} came again and is not run again")]
    partial void LogDuplicate(string server, string commandId);

    [LoggerMessage(2104, LogLevel.Information, "{Server}: {CommandId} is being cancelled")]
    partial void LogCancelling(string server, string commandId);

    [LoggerMessage(2105, LogLevel.Information, "{Server}: no command for {Seconds} s: connection closed")]
    partial void LogIdle(string server, double seconds);

    [LoggerMessage(2106, LogLevel.Error, "{Server}: {CommandId}: the journal cannot be used")]
    partial void LogJournal(string server, string commandId, Exception exception);

    [LoggerMessage(2107, LogLevel.Error, "{Server}: {CommandId}: unexpected failure; please report it")]
    partial void LogUnexpected(string server, string commandId, Exception exception);
}
