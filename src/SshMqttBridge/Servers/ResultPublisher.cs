using System.Globalization;
using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Output;

namespace SshMqttBridge.Servers;

/// <summary>Publishes how commands ended: <c>out</c>, <c>err</c>, then <c>exec</c>, then <c>last</c> and <c>result</c>, then the answer to who asked. Thread-safe.</summary>
/// <param name="topics">The bridge's topics.</param>
/// <param name="outbox">Takes what is published.</param>
/// <param name="servers">The servers by id.</param>
internal sealed class ResultPublisher(TopicScheme topics, Outbox outbox, IReadOnlyDictionary<string, ServerOptions> servers)
{
    private static readonly MqttPublication[] NoMessages = [];

    /// <inheritdoc cref="Outbox.Batch"/>
    public Outbox.OutboxBatch Batch() => outbox.Batch();

    /// <summary>Publishes a command's end.</summary>
    /// <param name="result">How it ended.</param>
    /// <param name="json">The result's JSON.</param>
    /// <param name="replies">Whom to answer besides.</param>
    /// <param name="acknowledged">Called once, when the broker has the result and the answers.</param>
    public void Publish(CommandResult result, byte[] json, IEnumerable<ReplyAddress> replies, Action? acknowledged = null)
    {
        using var together = outbox.Batch();
        if (ActionOutput(result) is { } output)
        {
            outbox.Post(output, shrink: most => Cut(output.Payload, most));
        }

        if (HasDatapoints(result))
        {
            foreach (var datapoint in Datapoints(result))
            {
                outbox.Post(datapoint, shrink: most => Cut(datapoint.Payload, most));
            }

            outbox.Post(
                new MqttPublication(topics.Of(result.Server, "last"), json, Retain: true),
                shrink: most => result.ToJson(most)
            );
        }

        MqttPublication[] messages =
        [
            // What a successful close or user does shows by itself; what went wrong must be said.
            .. IsDatapoint(result.Operation) || result.Status != CommandStatus.Succeeded
                ? [ResultMessage(result, json)]
                : NoMessages,
            .. replies.Select(reply => AnswerMessage(reply, json)),
        ];
        for (var i = 0; i < messages.Length; i++)
        {
            // Only with the last of them is the command's story told, also to the one who asked.
            outbox.Post(messages[i], i == messages.Length - 1 ? acknowledged : null, most => result.ToJson(most));
        }

        if (messages.Length == 0)
        {
            acknowledged?.Invoke();
        }
    }

    /// <summary>
    /// Publishes that a message was refused at once. There may be any number of those: the datapoints tell the latest only while they wait for the broker,
    /// and when too much waits, the answers themselves are dropped and <c>ssh/bridge/error</c> says so.
    /// </summary>
    public void PublishRefusal(CommandResult result, IEnumerable<ReplyAddress> replies)
    {
        var json = result.ToJson();
        if (HasDatapoints(result))
        {
            foreach (var datapoint in Datapoints(result))
            {
                outbox.PostCoalesced(datapoint);
            }

            outbox.PostCoalesced(new MqttPublication(topics.Of(result.Server, "last"), json, Retain: true));
        }

        var isTaken = outbox.TryPost(ResultMessage(result, json));
        foreach (var reply in replies)
        {
            isTaken &= outbox.TryPost(AnswerMessage(reply, json));
        }

        if (!isTaken)
        {
            outbox.PostCoalesced(
                ErrorMessage(
                    Reasons.QueueFull,
                    $"Too much waits for the broker: {outbox.RefusedCount} refusals went unanswered since the start.",
                    null
                )
            );
        }
    }

    /// <summary>Answers a second message that means a command that has ended: with the first one's result, and nothing else.</summary>
    public void PublishAgain(CommandResult result, byte[] json, ReplyAddress? reply)
    {
        outbox.Post(ResultMessage(result, json), shrink: most => result.ToJson(most));
        Answer(result, json, reply is null ? [] : [reply]);
    }

    /// <summary>Publishes one line of output while its command runs; waits while too much is on its way to the broker.</summary>
    public ValueTask PublishLineAsync(
        string serverId,
        bool isStandardError,
        ReadOnlyMemory<byte> line,
        CancellationToken cancellationToken
    ) => outbox.PostAsync(LineMessage(serverId, isStandardError, line), cancellationToken);

    /// <summary>Publishes one line of output unless too much is on its way to the broker.</summary>
    public void TryPublishLine(string serverId, bool isStandardError, ReadOnlyMemory<byte> line) =>
        outbox.TryPost(LineMessage(serverId, isStandardError, line));

    private MqttPublication LineMessage(string serverId, bool isStandardError, ReadOnlyMemory<byte> line) =>
        new(topics.Of(serverId, isStandardError ? "err" : "out"), line);

    /// <summary>Says on <c>ssh/bridge/error</c> what no server's topics can say.</summary>
    public void PublishError(string reason, string message, string? topic) =>
        outbox.TryPost(ErrorMessage(reason, message, topic));

    private MqttPublication ErrorMessage(string reason, string message, string? topic) =>
        BridgeError.Create(topics.BridgeError, reason, message, topic);

    /// <summary>Answers at a response topic alone, for a server that does not exist.</summary>
    public void Answer(CommandResult result, byte[] json, IEnumerable<ReplyAddress> replies)
    {
        foreach (var reply in replies)
        {
            outbox.Post(AnswerMessage(reply, json), shrink: most => result.ToJson(most));
        }
    }

    private MqttPublication ResultMessage(CommandResult result, byte[] json) => new(topics.Of(result.Server, "result"), json);

    private static MqttPublication AnswerMessage(ReplyAddress reply, byte[] json) =>
        new(reply.Topic, json) { CorrelationData = reply.CorrelationData };

    private static bool IsDatapoint(Operation operation) => operation is Operation.Exec or Operation.Get or Operation.Put;

    /// <summary>Nobody waits for what the schedule runs, and it must not overwrite what somebody does wait for.</summary>
    private static bool HasDatapoints(CommandResult result) => IsDatapoint(result.Operation) && result.Scheduled != true;

    /// <summary>What an action printed that has run to its end; null for all else, and where the server's output is not published.</summary>
    private MqttPublication? ActionOutput(CommandResult result) =>
        result is { Action: { } action, Status: CommandStatus.Succeeded or CommandStatus.Failed }
        && servers[result.Server].StandardOutput != StandardOutputMode.Never
            ? new MqttPublication(
                topics.ActionOf(result.Server, action),
                Encoding.UTF8.GetBytes(OutputText.WithoutFinalLineEnd(result.Out)),
                Retain: true
            )
            : null;

    /// <summary>What goes with a result, in its order: a transfer's total, or a command's output and exit status.</summary>
    private IEnumerable<MqttPublication> Datapoints(CommandResult result)
    {
        if (result.Operation != Operation.Exec)
        {
            var total = result.Status == CommandStatus.Succeeded ? Number(result.Bytes ?? 0) : "error";
            yield return Datapoint(
                result.Server,
                result.Operation == Operation.Get ? "get" : "put",
                Encoding.UTF8.GetBytes(total)
            );
            yield break;
        }

        var server = servers[result.Server];
        if (server.StandardOutput == StandardOutputMode.AtEnd)
        {
            var separator = Encoding.UTF8.GetBytes(server.LineSeparator);
            yield return Datapoint(result.Server, "out", Text(result.Out, separator));
            yield return Datapoint(result.Server, "err", Text(result.Err, separator));
        }

        yield return Datapoint(result.Server, "exec", Encoding.UTF8.GetBytes(ExecValue(result)));
    }

    /// <summary>A number; <c>error</c> for what could not be sent; <c>null</c> for what was, and no status came.</summary>
    private static string ExecValue(CommandResult result) =>
        result switch
        {
            { Exit: { } exit } => Number(exit),
            { Status: CommandStatus.Rejected or CommandStatus.Expired } => "error",
            _ => "null",
        };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static ReadOnlyMemory<byte> Text(string text, byte[] separator) =>
        text.Length == 0 ? default : OutputText.JoinLines(Encoding.UTF8.GetBytes(text), separator);

    private static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> text, int most)
    {
        var cut = text[..Math.Min(most, text.Length)];
        return cut[..OutputText.WholeCharacters(cut.Span)];
    }

    private MqttPublication Datapoint(string serverId, string name, ReadOnlyMemory<byte> payload) =>
        new(topics.Of(serverId, name), payload, Retain: true);
}
