using System.Text;

namespace SshMqttBridge.Actions;

/// <summary>
/// Gives a command line its arguments, as shell variables set before it. The value only ever stands in a word of single quotes that is made here; the command line
/// itself is never looked at, so nothing has to be known about how a shell reads it.
/// </summary>
internal static class ShellVariable
{
    /// <summary><c>service='nginx'; systemctl restart "$service"</c></summary>
    /// <param name="commandLine">As the configuration has it.</param>
    /// <param name="values">Names that <see cref="ShellVariableName"/> lets through, and any texts without control characters.</param>
    public static string Prefix(string commandLine, IEnumerable<(string Name, string Value)> values) =>
        string.Concat(values.Select(pair => $"{pair.Name}={Quote(pair.Value)}; ")) + commandLine;

    /// <summary>
    /// Makes the one word that is the text to every shell. POSIX lets nothing but a single quote be special between single quotes; but fish reads a backslash there, and csh
    /// an exclamation mark. So all three stand outside of the quotes, behind a backslash, which each of these shells reads in the same way.
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
