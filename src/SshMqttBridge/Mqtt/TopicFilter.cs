using System.Text;

namespace SshMqttBridge.Mqtt;

/// <summary>Topic names and filters (MQTT 5 §4.7).</summary>
internal static class TopicFilter
{
    /// <summary>The longest topic, in bytes of UTF-8 (§1.5.4).</summary>
    public const int MaximumBytes = 65_535;

    /// <summary>
    /// Whether a topic can be published to: not empty, no wildcard, no control character, not a topic of the broker's own
    /// (<c>$…</c>).
    /// </summary>
    public static bool IsPublishable(string topic) =>
        topic.Length > 0
        && topic[0] != '$'
        && Encoding.UTF8.GetByteCount(topic) <= MaximumBytes
        // Half of a surrogate pair is enumerated as U+FFFD.
        && !topic.EnumerateRunes().Any(character => character.Value is '+' or '#' or 0xFFFD || Rune.IsControl(character));

    /// <summary>Whether one can subscribe to it (§4.7.1).</summary>
    public static bool IsFilter(string filter)
    {
        var levels = filter.Split('/');
        return filter.Length > 0
            && !filter.Contains('\0', StringComparison.Ordinal)
            && Encoding.UTF8.GetByteCount(filter) <= MaximumBytes
            && levels.All(level => level.Length == 1 || !level.AsSpan().ContainsAny('+', '#'))
            && Array.IndexOf(levels, "#") is var hash
            && (hash < 0 || hash == levels.Length - 1);
    }

    /// <summary>Whether one of the filters names the topic.</summary>
    public static bool MatchesAny(IEnumerable<string> filters, string topic) => filters.Any(filter => Matches(filter, topic));

    /// <summary>
    /// Whether the topic is one that the filter names (§4.7.1); a wildcard at the start does not match <c>$…</c> (§4.7.2).
    /// </summary>
    public static bool Matches(string filter, string topic)
    {
        if (topic.StartsWith('$') && !filter.StartsWith('$'))
        {
            return false;
        }

        var levels = topic.Split('/');
        var wanted = filter.Split('/');
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#")
            {
                return true;
            }

            if (i >= levels.Length || (wanted[i] != "+" && wanted[i] != levels[i]))
            {
                return false;
            }
        }

        return levels.Length == wanted.Length;
    }
}
