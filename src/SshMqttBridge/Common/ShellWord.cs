using System.Text;

namespace SshMqttBridge.Common;

/// <summary>Quotes text as one word of a shell's command line.</summary>
internal static class ShellWord
{
    /// <summary>
    /// Quotes the text as one word for every shell. Between single quotes, POSIX gives a meaning only to the single quote, but
    /// fish also to a backslash, and csh to an exclamation mark. All three are therefore outside the quotes, after a backslash,
    /// which all of these shells read in the same way: <c>it's</c> is <c>'it'\''s'</c>.
    /// </summary>
    public static string Quote(string text)
    {
        var word = new StringBuilder(text.Length + 2).Append('\'');
        foreach (var character in text)
        {
            _ = character is '\'' or '\\' or '!' ? word.Append(@"'\").Append(character).Append('\'') : word.Append(character);
        }

        return word.Append('\'').ToString();
    }
}
