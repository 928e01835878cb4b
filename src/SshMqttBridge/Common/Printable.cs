using System.Globalization;
using System.Text;

namespace SshMqttBridge.Common;

/// <summary>Untrusted text for a message: one line of limited length, without terminal control sequences.</summary>
internal static class Printable
{
    private const int MaximumMessageLength = 4000;

    /// <summary>A name in single quotes, for a message.</summary>
    public static string Name(string name) => $"'{Text(name, 200)}'";

    /// <summary>
    /// The message of an exception that may quote a peer. The exceptions of the ports apply it, so that no caller can forget it.
    /// </summary>
    public static string Message(string message) => Text(message, MaximumMessageLength);

    /// <summary>Decodes bytes as UTF-8; invalid ones become U+FFFD.</summary>
    public static string Text(ReadOnlySpan<byte> bytes, int maximumLength = 100) =>
        Text(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4 * maximumLength)]), maximumLength);

    /// <summary>
    /// Replaces line ends and tabs by spaces and other control characters by <c>\xNN</c>; longer text ends in an ellipsis.
    /// </summary>
    public static string Text(string text, int maximumLength = 100)
    {
        var result = new StringBuilder();
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            var shown = rune.Value switch
            {
                '\n' or '\r' or '\t' => " ",
                _ when IsInvisible(rune) => $"\\x{rune.Value:x2}",
                _ => rune.ToString(),
            };
            if (result.Length + shown.Length > maximumLength - 1)
            {
                return result.Append('…').ToString();
            }
            result.Append(shown);
        }
        return result.ToString();
    }

    // Bidirectional controls are of the category Format.
    private static bool IsInvisible(Rune rune) =>
        Rune.IsControl(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
