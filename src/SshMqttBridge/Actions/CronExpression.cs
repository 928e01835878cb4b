using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NCrontab;

namespace SshMqttBridge.Actions;

/// <summary>
/// A cron expression as crontab(5) has it: minute, hour, day of the month, month, day of the week. Immutable. The parsing and reckoning is NCrontab's; what it takes
/// without a word and reads otherwise than cron does is refused here, or put right.
/// </summary>
internal sealed class CronExpression
{
    private const string Example = "as '0 3 * * *' for three o'clock each night";

    /// <summary>More than the longest wait of a date that comes at all: 29 February on a given day of the week, around a year such as 2100.</summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(41 * 366);

    private readonly IReadOnlyList<CrontabSchedule> _schedules;

    private CronExpression(string hours, IReadOnlyList<CrontabSchedule> schedules)
    {
        RunsEveryHour = hours.StartsWith('*');
        _schedules = schedules;
    }

    /// <summary>Whether the field of the hour begins with <c>*</c>: it means "so often" then, not "at that time of the day".</summary>
    public bool RunsEveryHour { get; }

    /// <summary>Single spaces between the fields.</summary>
    public static string Normalize(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Reads an expression that is known to be right.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static CronExpression Parse(string text) =>
        TryParse(text, out var expression, out var wrong) ? expression : throw new FormatException($"'{text}' {wrong}.");

    /// <summary>Reads an expression, or says what is wrong with it.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out CronExpression? expression,
        [NotNullWhen(false)] out string? wrong
    )
    {
        expression = null;
        wrong = null;
        var fields = Normalize(text).Split(' ');
        if (fields.Length != 5)
        {
            wrong = $"must be a cron expression of five fields (minute, hour, day, month, day of the week), {Example}";
        }
        else if (fields.FirstOrDefault(IsMisread) is { } field)
        {
            wrong = $"must be a cron expression, in which '{field}' cannot be: ranges go upwards, and steps begin at 1";
        }
        else
        {
            try
            {
                expression = new CronExpression(fields[1], [.. Alternatives(fields).Select(one => CrontabSchedule.Parse(one))]);
            }
            catch (CrontabException exception)
            {
                wrong = $"must be a cron expression, {Example}: {exception.Message.TrimEnd('.')}";
            }
        }

        if (expression?.Next(new DateTime(2026, 1, 1)) is null && wrong is null)
        {
            expression = null;
            wrong = "must be a cron expression that comes true: there is no such day";
        }

        return wrong is null;
    }

    /// <summary>The first time after the given one, both by a clock on the wall; null: there is none.</summary>
    public DateTime? Next(DateTime after)
    {
        var end = after + Horizon;
        var next = _schedules.Min(schedule => schedule.GetNextOccurrence(after, end));
        return next < end ? next : null;
    }

    /// <summary>crontab(5): where the day of the month and that of the week are both given, a day counts that is one of them.</summary>
    private static IEnumerable<string> Alternatives(string[] fields) =>
        fields[2].StartsWith('*') || fields[4].StartsWith('*')
            ? [string.Join(' ', fields)]
            : [string.Join(' ', [.. fields[..4], "*"]), string.Join(' ', [.. fields[..2], "*", .. fields[3..]])];

    /// <summary>NCrontab turns a range around that goes downwards, and takes a step of 0, or one that leads nowhere, for another.</summary>
    private static bool IsMisread(string field) =>
        field
            .Split(',')
            .Any(part =>
            {
                var step = part.Split('/');
                var range = step[0].Split('-');
                return step.Length > 2
                    || range.Length > 2
                    || (step.Length == 2 && (!TryNumber(step[1], out var every) || every is < 1 or > 59))
                    || (range.Length == 2 && TryNumber(range[0], out var from) && TryNumber(range[1], out var to) && from > to);
            });

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
