using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Servers;

/// <summary>The topics on which the bridge publishes retained messages, without those of Home Assistant.</summary>
internal static class RetainedTopics
{
    public static IReadOnlyList<string> Of(BridgeOptions options, TopicScheme topics) =>
        [
            topics.BridgeState,
            topics.InfoOf(options.Shard),
            .. options.Shard is { } shard ? [topics.ShardOf(shard)] : (string[])[],
            .. options.Group is { } group ? [topics.InstanceOf(group.Instance)] : (string[])[],
            .. options.Servers.SelectMany(server => Of(options, server, topics)),
        ];

    private static IEnumerable<string> Of(BridgeOptions options, ServerOptions server, TopicScheme topics)
    {
        string[] names =
        [
            "connection",
            "queue",
            "exec",
            "get",
            "put",
            "last",
            .. options.HomeAssistant.Enabled ? (string[])["problem"] : [],
            // Lines are not retained.
            .. server.StandardOutput == StandardOutputMode.AtEnd ? (string[])["out", "err"] : [],
        ];
        return
        [
            .. names.Select(name => topics.Of(server.Id, name)),
            .. server.Actions.SelectMany(action => Of(server, action, topics)),
        ];
    }

    private static IEnumerable<string> Of(ServerOptions server, ActionOptions action, TopicScheme topics)
    {
        if (server.StandardOutput != StandardOutputMode.Never)
        {
            yield return topics.ActionOf(server.Id, action.Name);
        }

        if (action.HasStatus)
        {
            yield return topics.ActionStatusOf(server.Id, action.Name);
            yield return topics.ActionLastOf(server.Id, action.Name);
        }

        if (action.HasState)
        {
            yield return topics.ActionStateOf(server.Id, action.Name);
        }
    }
}
