using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Actions;

/// <summary>Validates the values of one parameter. Thread-safe.</summary>
internal sealed class ParameterCheck
{
    private const NumberStyles Numbers =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private readonly CommandPattern? _pattern;

    /// <param name="parameter">Its pattern, if any, must be valid.</param>
    public ParameterCheck(ActionParameter parameter)
    {
        Parameter = parameter;
        _pattern = parameter.Pattern is { } text && CommandPattern.TryParse(text, out var pattern, out _) ? pattern : null;
    }

    public ActionParameter Parameter { get; }

    /// <summary>What a value must be: <c>a whole number from 1 to 10</c>.</summary>
    public string Wanted =>
        Parameter.Type switch
        {
            ActionParameterType.Integer => "a whole number" + Range(),
            ActionParameterType.Number => "a number" + Range(),
            ActionParameterType.Boolean => "true or false",
            ActionParameterType.Choice => "one of " + string.Join(", ", Parameter.Choices),
            _ when Parameter.Pattern is { } pattern =>
                $"a text of at most {Parameter.MaximumLength} characters, without control characters, that matches {pattern}",
            _ => $"a text of at most {Parameter.MaximumLength} characters, without control characters",
        };

    /// <summary>
    /// Validates a value, and converts it to the text for the shell: numbers without exponent, <c>true</c> and <c>false</c> in
    /// lower case.
    /// </summary>
    /// <param name="kind">The type in JSON. Numbers and flags may be strings, but a text must be a string.</param>
    /// <param name="text">The string's value, or the raw text of the number or literal.</param>
    /// <param name="value">The text for the shell.</param>
    public bool TryRead(JsonValueKind kind, string text, [NotNullWhen(true)] out string? value)
    {
        value = Parameter.Type switch
        {
            ActionParameterType.Integer when TryNumber(text, out var number) && IsLong(number) => decimal.Truncate(number)
                .ToString("0", CultureInfo.InvariantCulture),
            ActionParameterType.Number when TryNumber(text, out var number) => number.ToString(CultureInfo.InvariantCulture),
            ActionParameterType.Boolean when ReadFlag(text) is { } flag => flag,
            ActionParameterType.Choice when Parameter.Choices.Contains(text, StringComparer.Ordinal) => text,
            ActionParameterType.Text when kind == JsonValueKind.String && IsText(text) => text,
            _ => null,
        };
        return value is not null;
    }

    private bool IsText(string text) =>
        text.Length <= Parameter.MaximumLength && !text.Any(char.IsControl) && _pattern?.Matches(text) != false;

    private bool TryNumber(string text, out decimal number) =>
        decimal.TryParse(text, Numbers, CultureInfo.InvariantCulture, out number)
        && !(number < Parameter.Minimum)
        && !(number > Parameter.Maximum);

    /// <summary>Not case-sensitive: Python, and therefore Home Assistant's templates, writes <c>True</c>.</summary>
    private static string? ReadFlag(string text) =>
        text.Equals("true", StringComparison.OrdinalIgnoreCase) ? "true"
        : text.Equals("false", StringComparison.OrdinalIgnoreCase) ? "false"
        : null;

    /// <summary>Shells compute with 64 bits.</summary>
    private static bool IsLong(decimal number) => decimal.IsInteger(number) && number is >= long.MinValue and <= long.MaxValue;

    private string Range() =>
        (Parameter.Minimum, Parameter.Maximum) switch
        {
            ({ } least, { } most) => string.Create(CultureInfo.InvariantCulture, $" from {least} to {most}"),
            ({ } least, null) => string.Create(CultureInfo.InvariantCulture, $" of at least {least}"),
            (null, { } most) => string.Create(CultureInfo.InvariantCulture, $" of at most {most}"),
            _ => "",
        };
}
