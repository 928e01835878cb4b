using System.Text.Json.Nodes;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Parses a rate: <c>none</c>, or a number for each second, minute or hour.</summary>
internal static class RateLimitRules
{
    private const string None = "none";

    /// <summary>Describes the values.</summary>
    public static string Text { get; } = $"`{None}`, or a number up to {RateLimit.MaximumCount} and `/s`, `/min` or `/h`";

    /// <summary>Parses the text. Returns null, or a description of valid values. The limit is null for <c>none</c>.</summary>
    public static string? Parse(string text, out RateLimit? value)
    {
        value = null;
        return text == None || RateLimit.TryParse(text, out value)
            ? null
            : $"must be {None}, or a number from 1 to {RateLimit.MaximumCount} and /s, /min or /h, for example 30/min";
    }

    public static JsonObject Schema() =>
        SchemaKeywords.AnyOf(SchemaKeywords.Choice([None]), SchemaKeywords.Pattern(SchemaPatterns.Rate));

    public static string Format(RateLimit? limit) => limit?.ToString() ?? None;
}
