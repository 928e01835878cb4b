namespace SshMqttBridge.Common;

/// <summary>The beginning of a text that is too long. A surrogate pair is never cut in two.</summary>
internal static class TextCut
{
    /// <summary>Returns at most so many characters of the text.</summary>
    public static string Start(string text, int maximumLength)
    {
        if (text.Length <= maximumLength)
        {
            return text;
        }

        return maximumLength > 0 && char.IsHighSurrogate(text[maximumLength - 1])
            ? text[..(maximumLength - 1)]
            : text[..maximumLength];
    }

    /// <summary>Returns the text, or at most so many characters of it and an ellipsis.</summary>
    public static string WithEllipsis(string text, int maximumLength) =>
        text.Length <= maximumLength ? text : Start(text, maximumLength) + "…";
}
