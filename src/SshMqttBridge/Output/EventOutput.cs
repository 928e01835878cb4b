using SshMqttBridge.Events;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Output;

/// <summary>Publishes the output of one running command as events.</summary>
internal sealed class EventOutput(EventBus events, string serverId, string commandId) : IOutputSink
{
    public bool IsReady => true;

    public void Publish(OutputStream stream, string text, long skippedBytes) =>
        events.Publish(new ServerEvent.Output(serverId, commandId, stream, text, skippedBytes));
}
