using System.Text;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>
/// What MQTT (5.0, section 4.7) and the bridge ask of the topics in the configuration. Each says what is wrong, or null.
/// </summary>
internal static class TopicRules
{
    private const int LongestBaseTopicBytes = 256;
    private const int LongestFilterBytes = 65_535;

    public static string? ValidateBaseTopic(string topic) =>
        topic switch
        {
            "" => "must have at least one topic level",
            _ when topic.Contains('+', StringComparison.Ordinal) || topic.Contains('#', StringComparison.Ordinal) =>
                "must not hold a wildcard, + or #",
            ['$', ..] => "must not begin with $, which is the broker's own",
            _ when topic.Split('/').Contains("") =>
                "must be topic levels with single slashes between them, and none at either end",
            _ when HasControlCharacter(topic) => "must not hold control characters",
            _ when Encoding.UTF8.GetByteCount(topic) > LongestBaseTopicBytes =>
                $"must not be longer than {LongestBaseTopicBytes} bytes",
            _ => null,
        };

    public static string? ValidateFilter(string filter)
    {
        var levels = filter.Split('/');
        return filter switch
        {
            "" => "must be a topic filter such as ssh/reply/#",
            ['$', ..] => "must not begin with $, which is the broker's own",
            _ when HasControlCharacter(filter) => "must not hold control characters",
            _ when Encoding.UTF8.GetByteCount(filter) > LongestFilterBytes =>
                $"must not be longer than {LongestFilterBytes} bytes",
            _ when levels.SkipLast(1).Any(level => level.Contains('#', StringComparison.Ordinal))
                    || levels[^1] is [_, _, ..] last && last.Contains('#', StringComparison.Ordinal) =>
                "must be a topic filter: # only as its whole last level",
            _ when levels.Any(level => level.Length > 1 && level.Contains('+', StringComparison.Ordinal)) =>
                "must be a topic filter: + only as a whole level",
            _ => null,
        };
    }

    private static bool HasControlCharacter(string text) => text.Any(char.IsControl);
}
