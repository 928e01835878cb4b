using SshMqttBridge.Policies;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads what limits a server: <c>commands</c>, <c>transfers</c> and <c>rateLimit</c>.</summary>
internal static class PolicyReader
{
    private const string Any = "any";
    private const string Actions = "actions";
    private const string NoLimit = "none";

    /// <summary>Returns what could be read; faults stand where something could not.</summary>
    public static ServerPolicy Read(SectionReader section) =>
        ServerPolicy.Unlimited with
        {
            Commands = ReadCommands(section) ?? ServerPolicy.Unlimited.Commands,
            Transfers =
                section.Choice<TransferRule?>(
                    "transfers",
                    ("true", TransferRule.Both),
                    ("false", TransferRule.None),
                    ("get", TransferRule.Get),
                    ("put", TransferRule.Put)
                ) ?? ServerPolicy.Unlimited.Transfers,
            RateLimit =
                section.Text("rateLimit", ValidateRateLimit) is { } text && RateLimit.TryParse(text, out var limit)
                    ? limit
                    : null,
        };

    private static CommandRule? ReadCommands(SectionReader section)
    {
        if (!section.HasList("commands"))
        {
            return section.Text("commands", ValidateKeyword) switch
            {
                Any => CommandRule.Any,
                Actions => CommandRule.ActionsOnly,
                _ => null,
            };
        }

        return section.List("commands", ValidatePattern) is { } patterns
            ? CommandRule.Matching([.. patterns.Select(Parse).OfType<CommandPattern>()])
            : null;
    }

    // One pattern without a list would be taken for a word misspelt, and the other way round.
    private static string? ValidateKeyword(string text) =>
        text is Any or Actions ? null : $"must be {Any}, {Actions} or a list of regular expressions";

    private static string? ValidatePattern(string text) => CommandPattern.TryParse(text, out _, out var wrong) ? null : wrong;

    private static CommandPattern? Parse(string text) => CommandPattern.TryParse(text, out var pattern, out _) ? pattern : null;

    private static string? ValidateRateLimit(string text) =>
        text == NoLimit || RateLimit.TryParse(text, out _)
            ? null
            : $"must be {NoLimit}, or a number from 1 to {RateLimit.MaximumCount} and /s, /min or /h, as 30/min";
}
