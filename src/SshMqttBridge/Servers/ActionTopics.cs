using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Output;

namespace SshMqttBridge.Servers;

/// <summary>The retained messages of actions: their output, status, last run and state. Immutable.</summary>
/// <param name="topics">The bridge's topics.</param>
/// <param name="servers">The servers' options.</param>
internal sealed class ActionTopics(TopicScheme topics, ServerIndex servers)
{
    /// <summary>A status is read by people and templates: more of the output is on the action's own topic.</summary>
    private const int MaximumOutputLength = 14_000;

    private const int MaximumStateLength = 255;

    /// <summary>What is known when the bridge starts: nothing.</summary>
    public static IEnumerable<MqttPublication> Initial(ServerOptions server, TopicScheme topics)
    {
        foreach (var action in server.Actions)
        {
            if (action.HasStatus)
            {
                yield return Status(topics.ActionStatusOf(server.Id, action.Name), ActionStatus.Unknown);
            }

            if (action.HasState)
            {
                yield return Text(topics.ActionStateOf(server.Id, action.Name), ActionResult.UnknownState);
            }
        }
    }

    /// <summary>The messages of a result; none if it is not that of an action.</summary>
    public IEnumerable<MqttPublication> Of(CommandResult result)
    {
        if (result.Action is not { } name)
        {
            yield break;
        }

        if (HasOutput(result))
        {
            yield return Text(topics.ActionOf(result.Server, name), OutputText.WithoutFinalLineEnd(result.Out));
        }

        // It may have been removed from the configuration since it ran.
        if (Find(result.Server, name) is not { } action)
        {
            yield break;
        }

        if (action.HasStatus)
        {
            var status = ActionResult.StatusOf(result);
            yield return new MqttPublication(topics.ActionLastOf(result.Server, name), Last(result, status), Retain: true);
            yield return Status(topics.ActionStatusOf(result.Server, name), status);
        }

        if (StateIn(result, action) is { } state)
        {
            yield return Text(topics.ActionStateOf(result.Server, name), Excerpt.Cut(state, MaximumStateLength));
        }
    }

    private ActionOptions? Find(string server, string name) =>
        servers.Find(server)?.Actions.FirstOrDefault(action => action.Name == name);

    /// <summary>Whether the action has completed, and its output is published.</summary>
    private bool HasOutput(CommandResult result) =>
        result is { Status: CommandStatus.Succeeded or CommandStatus.Failed, FindsState: not true }
        && servers[result.Server].StandardOutput != StandardOutputMode.Never;

    /// <summary>What is set now; null: the result does not say, and changes nothing.</summary>
    private static string? StateIn(CommandResult result, ActionOptions action) =>
        result switch
        {
            { FindsState: true, Status: CommandStatus.Succeeded } => action.Switch is null ? result.Out.Trim() : ActionSwitch.On,
            { SaysOff: true } => ActionSwitch.Off,
            { FindsState: true } => ActionResult.UnknownState,
            // The state's own command runs next, or nothing was sent.
            _ when !action.HasState || action.StateCommandLine is not null => null,
            { Status: CommandStatus.Rejected or CommandStatus.Expired } => null,
            { Status: CommandStatus.Succeeded } => result.Value,
            _ => ActionResult.UnknownState,
        };

    private static byte[] Last(CommandResult result, ActionStatus status)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, BridgeJson.Writer))
        {
            json.WriteStartObject();
            json.WriteString("status", CamelCase.Of(status));
            json.WriteString("result", CamelCase.Of(result.Status));
            if (result.Exit is { } exit)
            {
                json.WriteNumber("exit", exit);
            }
            else
            {
                json.WriteNull("exit");
            }

            json.WriteString("reason", result.Reason);
            json.WriteString("message", result.Message);
            json.WriteString("output", Excerpt.Cut(OutputText.WithoutFinalLineEnd(result.Out), MaximumOutputLength));
            json.WriteBoolean("truncated", result.Truncated || result.Out.Length > MaximumOutputLength);
            json.WriteString("receivedAt", UtcMillisecondsConverter.ToText(result.ReceivedAt));
            json.WriteNumber("durationMs", result.DurationMs);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static MqttPublication Status(string topic, ActionStatus status) => Text(topic, CamelCase.Of(status));

    private static MqttPublication Text(string topic, string text) => new(topic, Encoding.UTF8.GetBytes(text), Retain: true);
}
