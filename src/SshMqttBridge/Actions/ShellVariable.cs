using System.Text;

namespace SshMqttBridge.Actions;

/// <summary>
/// Passes arguments to a command line as shell variables set before it. Each value is a single-quoted word that this class
/// creates; the command line itself is not parsed, so the bridge does not depend on how a shell reads it.
/// </summary>
internal static class ShellVariable
{
    /// <summary><c>service='nginx'; systemctl restart "$service"</c></summary>
    /// <param name="commandLine">From the configuration.</param>
    /// <param name="values">Names valid for <see cref="ShellVariableName"/>, and texts without control characters.</param>
    public static string Prefix(string commandLine, IEnumerable<(string Name, string Value)> values) =>
        string.Concat(values.Select(pair => $"{pair.Name}={Quote(pair.Value)}; ")) + commandLine;

    /// <summary>
    /// Quotes the text as one word for every shell. Between single quotes, POSIX gives a meaning only to the single quote, but
    /// fish also to a backslash, and csh to an exclamation mark. All three are therefore outside the quotes, after a backslash,
    /// which all of these shells read in the same way.
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
