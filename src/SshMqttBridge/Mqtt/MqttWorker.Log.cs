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
    private partial void LogReconnectedAfterShortConnection(BrokerAddress broker);

    [LoggerMessage(1001, LogLevel.Warning, "Not connected to the broker: {Reason}; retrying in {Seconds} s")]
    private partial void LogNotConnected(string reason, double seconds);

    [LoggerMessage(1002, LogLevel.Debug, "Still not connected to the broker: {Reason}; retrying in {Seconds} s")]
    private partial void LogStillNotConnected(string reason, double seconds);

    [LoggerMessage(
        1003,
        LogLevel.Error,
        "Unexpected failure of the connection to the broker; retrying in {Seconds} s; please report it"
    )]
    private partial void LogUnexpected(Exception exception, double seconds);

    [LoggerMessage(1004, LogLevel.Error, "Callback for a change of the broker connection failed")]
    private partial void LogConnectionCallbackFailed(Exception exception);

    [LoggerMessage(
        1007,
        LogLevel.Warning,
        "Broker {Broker} does not support retained messages: states and results are published without the retain flag, "
            + "so later subscribers do not receive them"
    )]
    private partial void LogNoRetain(BrokerAddress broker);

    [LoggerMessage(6010, LogLevel.Warning, "Broker refused an optional subscription: {Reason}")]
    private partial void LogNotSubscribed(string reason);
}
