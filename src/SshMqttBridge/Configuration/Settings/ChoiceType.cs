using System.Text.Json.Nodes;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>One of several words, case-insensitive.</summary>
internal sealed class ChoiceType<T>(params IReadOnlyList<(string Word, T Value)> choices) : ScalarType<T>
{
    /// <summary>The words, in the order of the messages.</summary>
    public IReadOnlyList<string> Words { get; } = [.. choices.Select(choice => choice.Word)];

    public override string Text => string.Join(", ", Words.Select(word => $"`{word}`"));

    /// <summary>The word for a value.</summary>
    public string WordOf(T value) => choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Word;

    public override JsonObject Schema() => SchemaKeywords.Choice(Words);

    public override JsonNode ToJson(T value) => SchemaKeywords.Literal(WordOf(value));

    protected override string? Parse(string text, out T? value)
    {
        foreach (var (word, choice) in choices)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                value = choice;
                return null;
            }
        }

        value = default;
        return $"must be {string.Join(", ", Words.SkipLast(1))} or {Words[^1]}";
    }
}
