using Microsoft.Extensions.Logging;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt;

/// <summary>Event ids 1000 to 1019, and 6010.</summary>
internal sealed partial class MqttWorker
{
    [LoggerMessage(1000, LogLevel.Information, "Connected to the broker {Broker}")]
    private partial void LogConnected(BrokerAddress broker);

    [LoggerMessage(1005, LogLevel.Information, "Reconnected to the broker {Broker}")]
    private partial void LogReconnected(BrokerAddress broker);

    [LoggerMessage(1006, LogLevel.Debug, "Reconnected to the broker {Broker} after a short connection")]
    private partial void LogReconnectedSoon(BrokerAddress broker);

    [LoggerMessage(1001, LogLevel.Warning, "Not connected to the broker: {Reason}; trying again in {Seconds} s")]
    private partial void LogNotConnected(string reason, double seconds);

    [LoggerMessage(1002, LogLevel.Debug, "Still not connected to the broker: {Reason}; trying again in {Seconds} s")]
    private partial void LogStillNotConnected(string reason, double seconds);

    [LoggerMessage(1003, LogLevel.Error, "Unexpected trouble with the broker's connection; trying again in {Seconds} s")]
    private partial void LogUnexpected(Exception trouble, double seconds);

    [LoggerMessage(1004, LogLevel.Error, "What was to hear of the broker's connection failed")]
    private partial void LogConnectionCallbackFailed(Exception trouble);

    [LoggerMessage(
        1007,
        LogLevel.Warning,
        "The broker {Broker} keeps no retained messages: states and results are published without, and who subscribes later does not see them"
    )]
    private partial void LogNoRetain(BrokerAddress broker);

    [LoggerMessage(6010, LogLevel.Warning, "The broker refused a subscription that the bridge can do without: {Reason}")]
    private partial void LogNotSubscribed(string reason);
}
