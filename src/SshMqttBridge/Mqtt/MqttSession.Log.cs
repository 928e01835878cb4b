using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Mqtt;

/// <summary>Event ids 1020 to 1039.</summary>
internal sealed partial class MqttSession
{
    [LoggerMessage(1020, LogLevel.Error, "A message to {Topic} could not be handed on")]
    private partial void LogDispatchFailed(string topic, Exception trouble);

    [LoggerMessage(1021, LogLevel.Error, "What was to follow a publish to {Topic} failed")]
    private partial void LogCallbackFailed(string topic, Exception trouble);

    [LoggerMessage(1022, LogLevel.Error, "A message to {Topic} could not be made smaller")]
    private partial void LogShrinkFailed(string topic, Exception trouble);

    [LoggerMessage(1023, LogLevel.Warning, "Stopped with {Count} messages that the broker did not acknowledge in time")]
    private partial void LogNotFlushed(int count);
}
