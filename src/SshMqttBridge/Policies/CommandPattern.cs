using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SshMqttBridge.Policies;

/// <summary>
/// A regular expression that a whole command line must match. Without backtracking, so that the time it takes grows with the command's length only and nobody's
/// pattern or command makes the bridge hang. Thread-safe.
/// </summary>
internal sealed class CommandPattern
{
    const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    readonly Regex _whole;

    CommandPattern(string text, Regex whole) => (Text, _whole) = (text, whole);

    /// <summary>As the configuration has it.</summary>
    public string Text { get; }

    public bool Matches(string commandLine) => _whole.IsMatch(commandLine);

    /// <summary>Makes a pattern of a text, or says what is wrong with it.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out CommandPattern? pattern,
        [NotNullWhen(false)] out string? wrong
    )
    {
        (pattern, wrong) = (null, null);
        try
        {
            // By itself first: 'a)|(?:b' is right only within our brackets, and would undo them.
            _ = new Regex(text, Options);
            pattern = new CommandPattern(text, new Regex($@"\A(?:{text})\z", Options));
            return true;
        }
        catch (RegexParseException exception)
        {
            wrong = $"must be a regular expression of .NET ({exception.Error} at character {exception.Offset + 1})";
        }
        catch (NotSupportedException)
        {
            wrong =
                "must be a regular expression that works without backtracking: no lookaround, backreference or atomic group, and no huge repetition";
        }

        return false;
    }
}
