using System.Globalization;
using System.Text;

namespace SshMqttBridge.Common;

/// <summary>Untrusted text for a message: one line of limited length, without terminal control sequences.</summary>
internal static class Printable
{
    /// <summary>A name in single quotes, for a message.</summary>
    public static string Name(string name) => $"'{Text(name, 200)}'";

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
                _ when Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format => $"\\x{rune.Value:x2}",
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
}
