namespace SshMqttBridge.Configuration.Reading;

/// <summary>Suggests a known name for a misspelt one.</summary>
internal static class NearestName
{
    private const int MaximumNameLength = 40;

    /// <summary>Describes an unknown key, and suggests a similar one or lists all of them.</summary>
    public static string Unknown(string key, IReadOnlyList<string> known) =>
        Find(key, known) is { } nearest
            ? $"unknown key; did you mean '{nearest}'?"
            : $"unknown key. Valid: {string.Join(", ", known)}";

    /// <summary>Returns the most similar name; null if none is similar.</summary>
    public static string? Find(string name, IReadOnlyList<string> known)
    {
        if (name.Length > MaximumNameLength)
        {
            return null;
        }

        var (nearest, distance) = known
            .Select(other => (other, distance: Distance(Plain(name), Plain(other))))
            .MinBy(pair => pair.distance);
        return distance <= Math.Max(2, nearest.Length / 3) && distance * 2 <= nearest.Length ? nearest : null;
    }

    /// <summary>Treats line_separator and LineSeparator like lineSeparator.</summary>
    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>The Levenshtein distance: the number of letters to add, drop or replace.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
