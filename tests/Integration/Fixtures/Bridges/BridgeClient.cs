using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Tests.Integration.Fixtures.Bridges;

/// <summary>What a client of one server does: writes its topics and reads what happened.</summary>
internal sealed class BridgeClient(BridgeHost host, string id)
{
    private MqttProbe Probe => host.Probe;

    /// <summary>
    /// Runs a command line or a JSON payload, and waits for its end. No other command may end meanwhile.
    /// </summary>
    public Task<CommandReport> ExecAsync(string payload) => SendAsync("exec/set", payload);

    /// <summary>Runs a command with these members beside <c>command</c>: <c>new { id = "7" }</c>.</summary>
    public Task<CommandReport> ExecAsync(string command, object members) => SendAsync("exec/set", Json(command, members));

    /// <summary>Writes one of the server's topics and waits for the next result. No other command may end meanwhile.</summary>
    public async Task<CommandReport> SendAsync(string topic, string payload, bool retain = false)
    {
        var before = Probe.Messages;
        var results = before.Count(IsResult);
        await PublishAsync(topic, payload, retain: retain);
        var result = (await host.OrLogAsync(Probe.WaitForAsync(results + 1, IsResult)))[^1];
        return Report(before.Count, result);
    }

    /// <summary>Writes one of the server's topics and waits for nothing.</summary>
    public Task PublishAsync(string topic, string payload, bool retain = false, uint? expirySeconds = null) =>
        Probe.PublishAsync($"ssh/{id}/{topic}", payload, retain: retain, expirySeconds: expirySeconds);

    /// <summary>Starts a command with an id and waits for nothing.</summary>
    public Task StartAsync(string command, string commandId) => PublishAsync("exec/set", Json(command, new { id = commandId }));

    /// <summary>Starts a command with an id and waits until it runs.</summary>
    public async Task RunningAsync(string command, string commandId)
    {
        await StartAsync(command, commandId);
        await host.OrLogAsync(
            Probe.WaitForAsync(message =>
                message.Topic == $"ssh/{id}/queue"
                && message.Text.StartsWith($$"""{"running":"{{commandId}}",""", StringComparison.Ordinal)
            )
        );
    }

    /// <summary>The first result of the command with this id.</summary>
    public async Task<CommandReport> EndAsync(string commandId)
    {
        var result = await host.OrLogAsync(
            Probe.WaitForAsync(message => IsResult(message) && CommandReport.Read(message).Id == commandId)
        );
        return Report(0, result);
    }

    /// <summary>All results so far of the command with this id.</summary>
    public IReadOnlyList<CommandReport> ResultsOf(string commandId) =>
        [.. Probe.Messages.Where(IsResult).Select(CommandReport.Read).Where(result => result.Id == commandId)];

    /// <summary>Waits until a datapoint's last message is this one.</summary>
    public Task IsAsync(string datapoint, string payload) => host.IsAsync($"ssh/{id}/{datapoint}", payload);

    /// <summary>Whether a datapoint has had this message so far.</summary>
    public bool Has(string datapoint, string payload) =>
        Probe.Messages.Any(message => message.Topic == $"ssh/{id}/{datapoint}" && message.Text == payload);

    /// <summary>The payloads of a datapoint so far.</summary>
    public IReadOnlyList<string> History(string datapoint) =>
        [.. Probe.Messages.Where(message => message.Topic == $"ssh/{id}/{datapoint}").Select(message => message.Text)];

    public static string Json(string command, object members)
    {
        var payload = JsonSerializer.Deserialize<Dictionary<string, object?>>(JsonSerializer.Serialize(members))!;
        payload["command"] = command;
        return JsonSerializer.Serialize(payload);
    }

    private bool IsResult(ProbeMessage message) => message.Topic == $"ssh/{id}/result";

    private CommandReport Report(int from, ProbeMessage result)
    {
        var prefix = $"ssh/{id}/";
        List<ProbeMessage> seen = [];
        foreach (var message in Probe.Messages.Skip(from))
        {
            if (
                message.Topic.StartsWith(prefix, StringComparison.Ordinal)
                && !message.Topic.EndsWith("/set", StringComparison.Ordinal)
            )
            {
                seen.Add(message with { Topic = message.Topic[prefix.Length..] });
            }

            if (ReferenceEquals(message, result))
            {
                break;
            }
        }

        return CommandReport.Read(result) with
        {
            Messages = seen,
        };
    }
}
