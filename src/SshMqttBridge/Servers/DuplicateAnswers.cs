using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Servers;

/// <summary>
/// Publishes the result of a command again, for its duplicates. Beyond the <see cref="RepeatBudget"/> without the output, so that
/// repetitions cost no more than rejections.
/// </summary>
internal sealed class DuplicateAnswers(string serverId, ResultPublisher publisher, RepeatBudget budget)
{
    /// <summary>In characters; a result without output must be small.</summary>
    private const int MaximumCommandLength = 1_024;

    /// <summary>How many bytes a recorded result may have now to be published as a whole.</summary>
    public int MaximumBytes => budget.Available;

    /// <summary>Answers a duplicate of a command that ended before.</summary>
    /// <param name="json">The result, without its output if it is larger than <see cref="MaximumBytes"/>.</param>
    /// <param name="reply">The duplicate's response topic; null: none.</param>
    public void Answer(byte[] json, ReplyAddress? reply)
    {
        budget.Take(reply is null ? json.Length : json.Length * 2);
        publisher.PublishAgain(serverId, json, reply);
    }

    /// <summary>Answers the duplicates that arrived while the command was queued or running.</summary>
    public void AnswerAll(CommandResult result, byte[] json, IReadOnlyList<ReplyAddress?> duplicates)
    {
        byte[]? withoutOutput = null;
        foreach (var reply in duplicates)
        {
            Answer(json.Length <= budget.Available ? json : withoutOutput ??= WithoutOutput(result).ToJson(), reply);
        }
    }

    private static CommandResult WithoutOutput(CommandResult result) =>
        result with
        {
            Command = result.Command is { Length: > MaximumCommandLength } command
                ? Excerpt.Cut(command, MaximumCommandLength)
                : result.Command,
            Out = "",
            Err = "",
            Truncated = true,
        };
}
