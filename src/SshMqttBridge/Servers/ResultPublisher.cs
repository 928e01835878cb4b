using System.Globalization;
using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Output;

namespace SshMqttBridge.Servers;

/// <summary>
/// Publishes the results of commands: <c>out</c>, <c>err</c>, then <c>exec</c>, then <c>last</c> and <c>result</c>, then the
/// responses. Thread-safe.
/// </summary>
/// <param name="topics">The bridge's topics.</param>
/// <param name="outbox">Sends the messages.</param>
/// <param name="servers">The servers' options.</param>
internal sealed class ResultPublisher(TopicScheme topics, Outbox outbox, ServerIndex servers)
{
    private static readonly MqttPublication[] NoMessages = [];

    private readonly ActionTopics _actions = new(topics, servers);

    /// <inheritdoc cref="Outbox.Batch"/>
    public Outbox.OutboxBatch Batch() => outbox.Batch();

    /// <summary>Creates the messages of a result.</summary>
    public PreparedResult Prepare(CommandResult result) => Prepare(result, result.ToJson());

    /// <summary>Publishes the result of a command.</summary>
    /// <param name="result">The result.</param>
    /// <param name="json">The result's JSON.</param>
    /// <param name="replies">The response topics.</param>
    /// <param name="acknowledged">Called once, when the broker has acknowledged the result and the responses.</param>
    public void Publish(CommandResult result, byte[] json, IEnumerable<ReplyAddress> replies, Action? acknowledged = null) =>
        Publish(Prepare(result, json), replies, acknowledged);

    /// <inheritdoc cref="Publish(CommandResult, byte[], IEnumerable{ReplyAddress}, Action?)"/>
    public void Publish(PreparedResult prepared, IEnumerable<ReplyAddress> replies, Action? acknowledged = null)
    {
        var (result, json, datapoints) = prepared;
        using var batch = outbox.Batch();
        foreach (var datapoint in datapoints)
        {
            outbox.Post(datapoint, shrink: maximum => Cut(datapoint.Payload, maximum));
        }

        if (HasDatapoints(result) || IsReported(result))
        {
            outbox.Post(
                new MqttPublication(topics.Of(result.Server, "last"), json, Retain: true),
                shrink: maximum => result.ToJson(maximum)
            );
        }

        MqttPublication[] messages =
        [
            // The effect of a successful 'connection' or 'user' is visible elsewhere; only a failure needs a result.
            .. OperationInfo.Of(result.Operation).IsDatapoint || result.Status != CommandStatus.Succeeded
                ? [ResultMessage(result.Server, json)]
                : NoMessages,
            .. replies.Select(reply => AnswerMessage(reply, json)),
        ];
        for (var i = 0; i < messages.Length; i++)
        {
            // The command is complete when the broker has acknowledged the last message, including the responses.
            outbox.Post(messages[i], i == messages.Length - 1 ? acknowledged : null, maximum => result.ToJson(maximum));
        }

        if (messages.Length == 0)
        {
            acknowledged?.Invoke();
        }
    }

    /// <summary>
    /// Publishes the rejection of a message. Clients may cause any number of rejections, so the outbox coalesces the datapoints.
    /// When the outbox is full, the bridge drops the results and reports that on <c>ssh/bridge/error</c>.
    /// </summary>
    public void PublishRefusal(CommandResult result, IEnumerable<ReplyAddress> replies)
    {
        var json = result.ToJson();
        if (result.Scheduled == true)
        {
            foreach (var message in _actions.Of(result))
            {
                outbox.PostCoalesced(message);
            }
        }

        if (HasDatapoints(result))
        {
            foreach (var datapoint in Datapoints(result))
            {
                outbox.PostCoalesced(datapoint);
            }

            outbox.PostCoalesced(new MqttPublication(topics.Of(result.Server, "last"), json, Retain: true));
        }

        PostOrCount([ResultMessage(result.Server, json), .. replies.Select(reply => AnswerMessage(reply, json))]);
    }

    /// <summary>
    /// Answers a duplicate with the first one's result only. Clients may cause any number of duplicates: see
    /// <see cref="PublishRefusal"/>.
    /// </summary>
    public void PublishAgain(string serverId, byte[] json, ReplyAddress? reply) =>
        PostOrCount([ResultMessage(serverId, json), .. reply is null ? NoMessages : [AnswerMessage(reply, json)]]);

    /// <summary>Publishes the rejection of a duplicate, which must not change the datapoints of the first one.</summary>
    /// <param name="result">The rejection.</param>
    /// <param name="reply">The duplicate's response topic; null: none.</param>
    /// <param name="hasEnded">Whether the first one has ended. If not, its result is still to come on <c>result</c>.</param>
    public void PublishDuplicateRefusal(CommandResult result, ReplyAddress? reply, bool hasEnded)
    {
        var json = result.ToJson();
        PostOrCount([
            .. hasEnded ? [ResultMessage(result.Server, json)] : NoMessages,
            .. reply is null ? NoMessages : [AnswerMessage(reply, json)],
        ]);
    }

    /// <summary>Publishes one line of output while its command runs; waits while the outbox is full.</summary>
    public ValueTask PublishLineAsync(
        string serverId,
        bool isStandardError,
        ReadOnlyMemory<byte> line,
        CancellationToken cancellationToken
    ) => outbox.PostAsync(LineMessage(serverId, isStandardError, line), cancellationToken);

    /// <summary>Publishes one line of output, or drops it if the outbox is full.</summary>
    public void TryPublishLine(string serverId, bool isStandardError, ReadOnlyMemory<byte> line) =>
        outbox.TryPost(LineMessage(serverId, isStandardError, line));

    /// <summary>Publishes the output of a running command on <c>output</c>.</summary>
    public LiveOutput LiveOutputOf(ExecCommand command) => new(command, topics.Of(command.Origin.ServerId, "output"), outbox);

    private MqttPublication LineMessage(string serverId, bool isStandardError, ReadOnlyMemory<byte> line) =>
        new(topics.Of(serverId, isStandardError ? "err" : "out"), line);

    /// <summary>Publishes an error that belongs to no server on <c>ssh/bridge/error</c>.</summary>
    public void PublishError(string reason, string message, string? topic) =>
        outbox.TryPost(ErrorMessage(reason, message, topic));

    private MqttPublication ErrorMessage(string reason, string message, string? topic) =>
        BridgeError.Create(topics.BridgeError, reason, message, topic);

    /// <summary>Publishes a result to the response topics only, for an unknown server.</summary>
    public void Answer(CommandResult result, byte[] json, IEnumerable<ReplyAddress> replies)
    {
        foreach (var reply in replies)
        {
            outbox.Post(AnswerMessage(reply, json), shrink: maximum => result.ToJson(maximum));
        }
    }

    /// <summary>Creates the messages of a result whose JSON exists.</summary>
    public PreparedResult Prepare(CommandResult result, byte[] json) =>
        new(result, json, [.. _actions.Of(result), .. HasDatapoints(result) ? Datapoints(result) : NoMessages]);

    /// <summary>Posts messages that clients can cause in any number, or drops them and reports their number.</summary>
    private void PostOrCount(IReadOnlyList<MqttPublication> messages)
    {
        var isQueued = true;
        foreach (var message in messages)
        {
            isQueued &= outbox.TryPost(message, maximum => Shorten(message.Payload, maximum));
        }

        if (!isQueued)
        {
            outbox.PostCoalesced(
                ErrorMessage(
                    Reasons.QueueFull,
                    $"The outbox is full: {outbox.RefusedCount} messages were dropped since the start.",
                    null
                )
            );
        }
    }

    private static ReadOnlyMemory<byte> Shorten(ReadOnlyMemory<byte> json, int maximum) =>
        CommandResult.FromJson(json.Span).ToJson(maximum);

    private MqttPublication ResultMessage(string serverId, byte[] json) => new(topics.Of(serverId, "result"), json);

    private static MqttPublication AnswerMessage(ReplyAddress reply, byte[] json) =>
        new(reply.Topic, json) { CorrelationData = reply.CorrelationData };

    /// <summary>
    /// Whether the result updates the datapoints. A scheduled run does not: it would overwrite results that a client waits for.
    /// </summary>
    private static bool HasDatapoints(CommandResult result) =>
        OperationInfo.Of(result.Operation).IsDatapoint && result.Scheduled != true;

    /// <summary>
    /// Whether a scheduled run updates <c>last</c>. A command that finds out a state does not: it follows the run that a client may
    /// look for.
    /// </summary>
    private bool IsReported(CommandResult result) =>
        result is { Scheduled: true, FindsState: not true } && servers[result.Server].ReportSchedules;

    /// <summary>The datapoints of a result, in order: a transfer's total, or a command's output and exit status.</summary>
    private IEnumerable<MqttPublication> Datapoints(CommandResult result)
    {
        if (result.Operation != Operation.Exec)
        {
            var total = result.Status == CommandStatus.Succeeded ? Number(result.Bytes ?? 0) : "error";
            yield return Datapoint(result.Server, OperationInfo.Of(result.Operation).Name, Encoding.UTF8.GetBytes(total));
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

    /// <summary>
    /// The exit status; <c>error</c> for a command that was not sent; <c>null</c> for one that returned no exit status.
    /// </summary>
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

    private static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> text, int maximum)
    {
        var cut = text[..Math.Min(maximum, text.Length)];
        return cut[..OutputText.WholeCharacters(cut.Span)];
    }

    private MqttPublication Datapoint(string serverId, string name, ReadOnlyMemory<byte> payload) =>
        new(topics.Of(serverId, name), payload, Retain: true);
}
