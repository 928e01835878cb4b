using System.Text.Json.Nodes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>What a broker has retained, as text that can be compared.</summary>
internal static class RetainedMessages
{
    private const string Marker = "test/retained-messages-end";

    /// <summary>
    /// One line for each topic, in order, without the times at which a bridge began to run or to lead, and without the last leader:
    /// a bridge that leaves its group does not remove it, because another may lead now.
    /// </summary>
    /// <param name="broker">The broker.</param>
    /// <param name="isInGroup">Whether the bridge is in a group: without the <c>unknown</c> of actions, which a leader does not
    /// publish, because a leader before may know more.</param>
    public static async Task<string> TextAsync(MosquittoBroker broker, bool isInGroup)
    {
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        await probe.PublishAsync(Marker, "");
        await probe.WaitForAsync(message => message.Topic == Marker);
        return string.Join(
            '\n',
            probe
                .Messages.Where(message => message.Retain && message.Payload.Length > 0 && message.Topic != "ssh/bridge/leader")
                .Where(message => !isInGroup || message.Text != "unknown")
                .OrderBy(message => message.Topic, StringComparer.Ordinal)
                .Select(message => $"{message.Topic} {Normalized(message)}")
        );
    }

    private static string Normalized(ProbeMessage message)
    {
        if (
            !message.Topic.StartsWith("ssh/bridge/info", StringComparison.Ordinal)
            && !message.Topic.StartsWith("ssh/bridge/shards/", StringComparison.Ordinal)
        )
        {
            return message.Text;
        }

        var info = JsonNode.Parse(message.Text)!.AsObject();
        info.Remove("startedAt");
        return info.ToJsonString();
    }
}
