namespace SshMqttBridge.Common;

/// <summary>The beginning of a long text. Never cuts a surrogate pair.</summary>
internal static class Excerpt
{
    /// <summary>The longest text that a message quotes, in characters.</summary>
    private const int QuotedLength = 40;

    /// <summary>At most <paramref name="maximumLength"/> characters of the text.</summary>
    public static string Cut(string text, int maximumLength) =>
        text.Length <= maximumLength ? text
        : maximumLength > 0 && char.IsHighSurrogate(text[maximumLength - 1]) ? text[..(maximumLength - 1)]
        : text[..maximumLength];

    /// <summary>The same, with an ellipsis if something was cut off.</summary>
    public static string Of(string text, int maximumLength = QuotedLength) =>
        text.Length <= maximumLength ? text : Cut(text, maximumLength) + "…";
}
