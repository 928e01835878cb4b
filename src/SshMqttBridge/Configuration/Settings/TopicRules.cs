using System.Text;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// Validates topics by the rules of MQTT (5.0, section 4.7) and the bridge. Each method describes a valid topic, or returns
/// null.
/// </summary>
internal static class TopicRules
{
    public const int MaximumLevelLength = 64;

    public const int MaximumBaseTopicBytes = 256;
    public const int MaximumFilterBytes = 65_535;

    public static string? ValidateBaseTopic(string topic) =>
        topic switch
        {
            "" => "must have at least one topic level",
            _ when topic.Contains('+', StringComparison.Ordinal) || topic.Contains('#', StringComparison.Ordinal) =>
                "must not contain a wildcard, + or #",
            ['$', ..] => "must not begin with $, which is reserved for the broker",
            _ when topic.Split('/').Contains("") =>
                "must be topic levels separated by single slashes, without a slash at either end",
            _ when HasControlCharacter(topic) => "must not contain control characters",
            _ when Encoding.UTF8.GetByteCount(topic) > MaximumBaseTopicBytes =>
                $"must not be longer than {MaximumBaseTopicBytes} bytes",
            _ => null,
        };

    /// <summary>One level of a topic.</summary>
    public static string? ValidateLevel(string level) =>
        level.Length is 0 or > MaximumLevelLength || level.Any(letter => letter is '/' or '+' or '#' || char.IsControl(letter))
            ? $"must be one topic level of 1–{MaximumLevelLength} characters, without /, +, # or control characters"
        : level == "set" ? "must not be set, because topics that end in /set are for commands"
        : null;

    public static string? ValidateShard(string name) =>
        TopicScheme.IsShardName(name) ? null : "must be 1–64 of the characters a-z, 0-9, _ and -";

    public static string? ValidateFilter(string filter)
    {
        var levels = filter.Split('/');
        return filter switch
        {
            "" => "must be a topic filter, for example ssh/reply/#",
            ['$', ..] => "must not begin with $, which is reserved for the broker",
            _ when HasControlCharacter(filter) => "must not contain control characters",
            _ when Encoding.UTF8.GetByteCount(filter) > MaximumFilterBytes =>
                $"must not be longer than {MaximumFilterBytes} bytes",
            _ when levels.SkipLast(1).Any(level => level.Contains('#', StringComparison.Ordinal))
                    || levels[^1] is [_, _, ..] last && last.Contains('#', StringComparison.Ordinal) =>
                "must be a topic filter, with # only as the last level",
            _ when levels.Any(level => level.Length > 1 && level.Contains('+', StringComparison.Ordinal)) =>
                "must be a topic filter, with + only as a whole level",
            _ => null,
        };
    }

    private static bool HasControlCharacter(string text) => text.Any(char.IsControl);
}
