namespace SshMqttBridge.Mqtt;

/// <summary>The bridge's topics: the only place that parses or formats one.</summary>
/// <param name="baseTopic">One or more levels, without a slash at either end.</param>
internal sealed class TopicScheme(string baseTopic)
{
    private const string WriteSuffix = "set";
    private const string BridgeId = "bridge";

    private readonly string _prefix = baseTopic + "/";

    public string BridgeState => Of(BridgeId, "state");
    public string BridgeError => Of(BridgeId, "error");
    public string BridgeInfo => Of(BridgeId, "info");

    /// <summary>
    /// What to subscribe to: <c>ssh/ID/NAME/set</c> and <c>ssh/ID/NAME/ARGUMENT/set</c>, of every id, so that a wrong one can
    /// be answered.
    /// </summary>
    public IReadOnlyList<string> WriteFilters => [_prefix + "+/+/" + WriteSuffix, _prefix + "+/+/+/" + WriteSuffix];

    /// <summary>A datapoint's topic, as <c>ssh/nas/out</c>.</summary>
    public string Of(string serverId, string datapoint) => $"{_prefix}{serverId}/{datapoint}";

    /// <summary>What is written to run an action, <c>ssh/nas/run/restart/set</c>.</summary>
    public string RunOf(string serverId, string action) => Of(serverId, $"run/{action}/{WriteSuffix}");

    /// <summary>
    /// Where an action's output is, <c>ssh/nas/action/restart</c>. No action is called <c>set</c>, since that would be a write
    /// topic.
    /// </summary>
    public string ActionOf(string serverId, string action) => Of(serverId, $"action/{action}");

    /// <summary>Parses a write topic; null if it is not one of the bridge.</summary>
    public WriteTopic? Parse(string topic)
    {
        if (!topic.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var levels = topic[_prefix.Length..].Split('/');
        return levels switch
        {
            [var id, var name, WriteSuffix] => new WriteTopic(id, name, null),
            [var id, var name, var argument, WriteSuffix] => new WriteTopic(id, name, argument),
            _ => null,
        };
    }

    /// <summary>Whether a topic is one that commands are written to; nobody's answer may be sent there.</summary>
    public static bool IsWriteTopic(string topic) =>
        topic == WriteSuffix || topic.EndsWith("/" + WriteSuffix, StringComparison.Ordinal);
}

/// <summary>A write topic's parts.</summary>
/// <param name="ServerId">As written: it may be unknown.</param>
/// <param name="Name"><c>exec</c>, <c>get</c>, …: it may be unknown.</param>
/// <param name="Argument">The level between the name and <c>set</c>, as the seconds of <c>exec/5/set</c>; null if there is
/// none.</param>
internal sealed record WriteTopic(string ServerId, string Name, string? Argument);
