using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Mqtt;

/// <summary>Event ids 1000 to 1019, and 6010.</summary>
internal sealed partial class MqttWorker
{
    [LoggerMessage(1000, LogLevel.Information, "Connected to the broker {Host}:{Port}")]
    private partial void LogConnected(string host, int port);

    [LoggerMessage(1005, LogLevel.Information, "Connected to the broker {Host}:{Port} again")]
    private partial void LogConnectedAgain(string host, int port);

    [LoggerMessage(1006, LogLevel.Debug, "Connected to the broker {Host}:{Port} once more")]
    private partial void LogConnectedOnceMore(string host, int port);

    [LoggerMessage(1001, LogLevel.Warning, "Not connected to the broker: {Reason}; trying again in {Seconds} s")]
    private partial void LogNotConnected(string reason, double seconds);

    [LoggerMessage(1002, LogLevel.Debug, "Still not connected to the broker: {Reason}; trying again in {Seconds} s")]
    private partial void LogStillNotConnected(string reason, double seconds);

    [LoggerMessage(1003, LogLevel.Error, "Unexpected trouble with the broker's connection; trying again in {Seconds} s")]
    private partial void LogUnexpected(Exception trouble, double seconds);

    [LoggerMessage(1004, LogLevel.Error, "What was to hear of the broker's connection failed")]
    private partial void LogListenerFailed(Exception trouble);

    [LoggerMessage(6010, LogLevel.Warning, "The broker refused a subscription that the bridge can do without: {Reason}")]
    private partial void LogNotSubscribed(string reason);
}
