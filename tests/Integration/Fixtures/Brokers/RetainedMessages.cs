using System.Text.Json.Nodes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>What a broker has retained, as text that can be compared.</summary>
internal static class RetainedMessages
{
    private const string Marker = "test/retained-messages-end";

    /// <summary>One line for each topic, in order, without the time of the bridge's start.</summary>
    public static async Task<string> TextAsync(MosquittoBroker broker)
    {
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        await probe.PublishAsync(Marker, "");
        await probe.WaitForAsync(message => message.Topic == Marker);
        return string.Join(
            '\n',
            probe
                .Messages.Where(message => message.Retain && message.Payload.Length > 0)
                .OrderBy(message => message.Topic, StringComparer.Ordinal)
                .Select(message => $"{message.Topic} {Normalized(message)}")
        );
    }

    private static string Normalized(ProbeMessage message)
    {
        if (message.Topic != "ssh/bridge/info")
        {
            return message.Text;
        }

        var info = JsonNode.Parse(message.Text)!.AsObject();
        info.Remove("startedAt");
        return info.ToJsonString();
    }
}
