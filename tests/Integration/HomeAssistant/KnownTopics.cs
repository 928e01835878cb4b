using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Integration.HomeAssistant;

/// <summary>The topics that exist.</summary>
internal static class KnownTopics
{
    private static readonly string[] Datapoints =
    [
        "connection",
        "out",
        "err",
        "exec",
        "get",
        "put",
        "result",
        "last",
        "queue",
        "progress",
        "output",
        "problem",
    ];

    private static readonly string[] Runs = ["status", "last"];

    private static readonly string[] Written = ["exec", "get", "put", "connection", "user", "password", "cancel"];

    public static bool IsPublished(string topic, TopicScheme scheme, ServerOptions server) =>
        Datapoints
            .Select(datapoint => scheme.Of(server.Id, datapoint))
            .Concat(server.Actions.Select(action => scheme.Of(server.Id, "action/" + action.Name)))
            .Concat(
                server
                    .Actions.Where(action => action.HasStatus)
                    .SelectMany(action => Runs.Select(leaf => $"{scheme.ActionOf(server.Id, action.Name)}/{leaf}"))
            )
            .Concat(
                server
                    .Actions.Where(action => action.HasState)
                    .Select(action => $"{scheme.ActionOf(server.Id, action.Name)}/state")
            )
            .Concat([scheme.BridgeState, scheme.SingleInfo, scheme.BridgeError])
            .Contains(topic);

    public static bool IsWritten(string topic, TopicScheme scheme, ServerOptions server) =>
        scheme.Parse(topic) is { } parsed
        && parsed.ServerId == server.Id
        && (
            parsed.Argument is null ? Written.Contains(parsed.Name)
            : parsed.Name == "exec" ? double.TryParse(parsed.Argument, out _)
            : parsed.Name == "run" && server.Actions.Any(action => action.Name == parsed.Argument)
        );
}
