using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SshMqttBridge.Policies;

/// <summary>
/// A regular expression that a whole command line must match. It does not use backtracking: the time is proportional to the
/// length of the command, and no pattern or command can make the bridge hang. Thread-safe.
/// </summary>
internal sealed class CommandPattern : IEquatable<CommandPattern>
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly Regex _whole;

    private CommandPattern(string text, Regex whole) => (Text, _whole) = (text, whole);

    /// <summary>From the configuration.</summary>
    public string Text { get; }

    public bool Matches(string commandLine) => _whole.IsMatch(commandLine);

    /// <summary>Parses a pattern, or returns what the text must be.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out CommandPattern? pattern,
        [NotNullWhen(false)] out string? error
    )
    {
        (pattern, error) = (null, null);
        try
        {
            // Parses the text alone first: 'a)|(?:b' is valid only within the parentheses below.
            _ = new Regex(text, Options);
            pattern = new CommandPattern(text, new Regex($@"\A(?:{text})\z", Options));
            return true;
        }
        catch (RegexParseException exception)
        {
            error = $"must be a .NET regular expression ({exception.Error} at character {exception.Offset + 1})";
        }
        catch (NotSupportedException)
        {
            error =
                "must be a regular expression that works without backtracking: "
                + "no lookaround, backreference or atomic group, and no huge repetition";
        }

        return false;
    }

    public bool Equals(CommandPattern? other) => other is not null && string.Equals(other.Text, Text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as CommandPattern);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
