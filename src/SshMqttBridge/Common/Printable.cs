using System.Globalization;
using System.Text;

namespace SshMqttBridge.Common;

/// <summary>Text of doubtful origin, made fit for a message: one line, nothing a terminal would act on, not too long.</summary>
internal static class Printable
{
    /// <summary>A name in single quotes, for a message.</summary>
    public static string Name(string name) => $"'{Text(name, 200)}'";

    /// <summary>Bytes as UTF-8, what is not UTF-8 as U+FFFD.</summary>
    public static string Text(ReadOnlySpan<byte> bytes, int maximumLength = 100) =>
        Text(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4 * maximumLength)]), maximumLength);

    /// <summary>Line ends and tabs as spaces, other control characters as <c>\xNN</c>; no longer than given, and then ending in an ellipsis.</summary>
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
