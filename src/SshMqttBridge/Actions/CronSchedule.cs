using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Cronos;

namespace SshMqttBridge.Actions;

/// <summary>
/// A cron expression of five fields: minute, hour, day of the month, month, day of the week (crontab(5)). Immutable. Cronos
/// parses and computes; this class rejects what Cronos accepts beyond crontab(5), and adds the rule that a day matches if the
/// day of the month or the day of the week does.
/// </summary>
/// <remarks>
/// When the clock is set forward, a skipped time becomes the moment after the gap. When it is set back, a time that occurs
/// twice counts once, but expressions with <c>*</c>, a range or a step in their minutes or hours continue through the repeated
/// hour.
/// </remarks>
internal sealed class CronSchedule
{
    private const string Example = "for example '0 3 * * *' for three o'clock each night";

    private readonly IReadOnlyList<CronExpression> _alternatives;

    private CronSchedule(IReadOnlyList<CronExpression> alternatives) => _alternatives = alternatives;

    /// <summary>The same expression with single spaces between the fields.</summary>
    public static string Normalize(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Parses a valid expression.</summary>
    /// <exception cref="FormatException">It is not valid.</exception>
    public static CronSchedule Parse(string text) =>
        TryParse(text, out var schedule, out var error) ? schedule : throw new FormatException($"'{text}' {error}.");

    /// <summary>Parses an expression.</summary>
    /// <param name="text">The five fields, separated by white space.</param>
    /// <param name="schedule">The schedule, if the expression is valid.</param>
    /// <param name="error">What it must be, to be put after the name of the setting.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out CronSchedule? schedule,
        [NotNullWhen(false)] out string? error
    )
    {
        schedule = null;
        error = Validate(Normalize(text).Split(' '));
        if (error is not null)
        {
            return false;
        }

        try
        {
            CronSchedule parsed = new([.. Alternatives(Normalize(text).Split(' ')).Select(one => CronExpression.Parse(one))]);
            if (parsed.Next(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc) is not null)
            {
                schedule = parsed;
                return true;
            }

            error = "must be a cron expression that matches a day: there is no such day";
        }
        catch (CronFormatException exception)
        {
            error = $"must be a cron expression, {Example}: {Reason(exception)}";
        }

        return false;
    }

    /// <summary>The first moment after the given one, by the clock of the time zone; null: there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone) =>
        _alternatives.Min(expression => expression.GetNextOccurrence(after, zone));

    private static string? Validate(string[] fields) =>
        fields.Length != 5 ? $"must be a cron expression of five fields (minute, hour, day, month, day of the week), {Example}"
        : fields.FirstOrDefault(IsUnsupported) is { } field
            ? $"must be a cron expression, in which '{field}' is not valid: ranges ascend, and steps begin at 1"
        : null;

    /// <summary>
    /// crontab(5): if both the day of the month and the day of the week are restricted, a day matches if either does. Cronos
    /// requires both.
    /// </summary>
    private static IEnumerable<string> Alternatives(string[] fields) =>
        fields[2].StartsWith('*') || fields[4].StartsWith('*')
            ? [string.Join(' ', fields)]
            : [string.Join(' ', [.. fields[..4], "*"]), string.Join(' ', [.. fields[..2], "*", .. fields[3..]])];

    /// <summary>
    /// Whether cron rejects the field: a descending range, <c>?</c>, <c>L</c>, <c>W</c> or <c>#</c>, which Cronos accepts.
    /// </summary>
    private static bool IsUnsupported(string field) =>
        field
            .Split(',')
            .Any(part =>
            {
                var step = part.Split('/');
                var range = step[0].Split('-');
                return step.Length > 2
                    || range.Length > 2
                    || range.Any(end => end is "?" or "L" or "W" || end.Contains('#') || EndsInLetter(end))
                    || (step.Length == 2 && (!TryNumber(step[1], out var every) || every is < 1 or > 59))
                    || (range.Length == 2 && TryNumber(range[0], out var from) && TryNumber(range[1], out var to) && from > to);
            });

    /// <summary><c>5L</c> and <c>15W</c>.</summary>
    private static bool EndsInLetter(string end) => end.Length > 1 && char.IsAsciiDigit(end[0]) && char.IsAsciiLetter(end[^1]);

    /// <summary>The part of the message that names the field.</summary>
    private static string Reason(CronFormatException exception)
    {
        const string General = "invalid format. ";
        var start = exception.Message.IndexOf(General, StringComparison.Ordinal);
        return exception.Message[(start < 0 ? 0 : start + General.Length)..].TrimEnd('.');
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
