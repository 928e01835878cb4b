using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Mqtt;

/// <summary>Makes messages smaller that the broker does not accept.</summary>
internal sealed partial class MessageShrinker(ILogger logger)
{
    /// <returns>False if the message cannot be made smaller.</returns>
    public bool TryShrink(OutboxMessage message, int maximumPayloadBytes)
    {
        try
        {
            return message.TryShrink(maximumPayloadBytes);
        }
        catch (Exception exception)
        {
            LogShrinkFailed(message.Publication.Topic, exception);
            return false;
        }
    }

    /// <summary>Halves the payload: for a limit that the broker does not announce.</summary>
    /// <returns>False if the message cannot be made smaller.</returns>
    public bool TryHalve(OutboxMessage message) => TryShrink(message, message.Publication.Payload.Length / 2);

    [LoggerMessage(1022, LogLevel.Error, "Could not shrink the message on {Topic}")]
    private partial void LogShrinkFailed(string topic, Exception exception);
}
