using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SshMqttBridge.Common;

namespace SshMqttBridge.Commands;

/// <summary>The JSON result of a command: its properties are declared in the order in which they are written.</summary>
internal sealed record CommandResult
{
    /// <summary>Shells exit with 126, 127 and more than 128 if they could not run a command, or a signal ended it (POSIX.1, 2.8.2).</summary>
    private const int LargestAnswer = 125;

    public required string? Id { get; init; }
    public required string Server { get; init; }
    public required Operation Operation { get; init; }
    public string? Command { get; init; }

    /// <summary>The named action that ran; null, and not written, for any other command.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Action { get; init; }

    /// <inheritdoc cref="ExecCommand.Value"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Value { get; init; }

    /// <summary>True for a command that only finds out what its action has set; null, and not written, for any other.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? FindsState { get; init; }

    /// <summary>
    /// True if the command found out that a switch is off: its exit status is the answer, and not a failure. Null, and not written,
    /// for any other.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SaysOff { get; init; }

    /// <summary>True for a scheduled run; null, and not written, for any other command.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Scheduled { get; init; }

    public required CommandStatus Status { get; init; }
    public long? Exit { get; init; }
    public string? Signal { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }

    /// <inheritdoc cref="CommandOutcome.Stopped"/>
    public bool? Stopped { get; init; }
    public string Out { get; init; } = "";
    public string Err { get; init; } = "";
    public long OutBytes { get; init; }
    public long ErrBytes { get; init; }
    public bool Truncated { get; init; }
    public long? Bytes { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>From its receipt until the worker took it from the queue.</summary>
    public long QueuedMs { get; init; }

    /// <summary>From then until its end.</summary>
    public long DurationMs { get; init; }

    /// <summary>Reports how a command ended.</summary>
    public static CommandResult Of(Command command, CommandOutcome outcome, TimeSpan queued, TimeSpan duration) =>
        new()
        {
            Id = command.Id,
            Server = command.Origin.ServerId,
            Operation = command.Operation,
            Command = command.Text,
            Action = (command as ExecCommand)?.Action,
            Value = (command as ExecCommand)?.Value,
            FindsState = command is ExecCommand { FindsState: true } ? true : null,
            SaysOff =
                command is ExecCommand { AnswersByExit: true } && outcome.Status == CommandStatus.Failed && IsAnswer(outcome.Exit)
                    ? true
                    : null,
            Scheduled = command.Origin.Source == CommandSource.Schedule ? true : null,
            Status = outcome.Status,
            Exit = outcome.Exit,
            Signal = outcome.Signal,
            Reason = outcome.Reason,
            Message = outcome.Message,
            Stopped = outcome.Stopped,
            Out = Encoding.UTF8.GetString(outcome.Output.Out.Span),
            Err = Encoding.UTF8.GetString(outcome.Output.Err.Span),
            OutBytes = outcome.Output.OutBytes,
            ErrBytes = outcome.Output.ErrBytes,
            Truncated = outcome.Output.Truncated,
            Bytes = outcome.TransferredBytes,
            ReceivedAt = command.Origin.ReceivedAt,
            QueuedMs = (long)queued.TotalMilliseconds,
            DurationMs = (long)duration.TotalMilliseconds,
        };

    /// <summary>Whether an exit status of a command that finds out whether a switch is on says that it is off.</summary>
    public static bool IsAnswer(long? exit) => exit is > 0 and <= LargestAnswer;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, BridgeJson.Relaxed.CommandResult);

    /// <summary>Reads what <see cref="ToJson()"/> wrote.</summary>
    /// <exception cref="JsonException">The JSON is not a result.</exception>
    public static CommandResult FromJson(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, BridgeJson.Relaxed.CommandResult)
        ?? throw new JsonException("A result is an object, not null.");

    /// <summary>
    /// The JSON with <see cref="Out"/> and <see cref="Err"/> cut so that it fits, and if that is not enough, <see
    /// cref="Command"/> and <see cref="Message"/> as well. If it still does not fit, the smallest JSON.
    /// </summary>
    public byte[] ToJson(int maximumBytes)
    {
        var result = this;
        var json = result.ToJson();
        while (json.Length > maximumBytes && result.Out.Length + result.Err.Length > 0)
        {
            // Escaping may turn one byte into six, so the length is halved until the result fits.
            var longest = Math.Max(result.Out.Length, result.Err.Length) / 2;
            result = result with
            {
                Out = Excerpt.Cut(result.Out, longest),
                Err = Excerpt.Cut(result.Err, longest),
                Truncated = true,
            };
            json = result.ToJson();
        }

        while (json.Length > maximumBytes && LengthOf(result.Command) + LengthOf(result.Message) > 0)
        {
            var longest = Math.Max(LengthOf(result.Command), LengthOf(result.Message)) / 2;
            result = result with
            {
                Command = Cut(result.Command, longest),
                Message = Cut(result.Message, longest),
                Truncated = true,
            };
            json = result.ToJson();
        }

        return json;
    }

    /// <summary>The same result with at most <paramref name="length"/> characters of each stream.</summary>
    public CommandResult WithOutputUpTo(int length) =>
        Out.Length <= length && Err.Length <= length
            ? this
            : this with
            {
                Out = Excerpt.Cut(Out, length),
                Err = Excerpt.Cut(Err, length),
                Truncated = true,
            };

    private static int LengthOf(string? text) => text?.Length ?? 0;

    private static string? Cut(string? text, int length) => text is null ? null : Excerpt.Cut(text, length);
}
