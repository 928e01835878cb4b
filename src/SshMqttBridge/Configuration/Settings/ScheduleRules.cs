using System.Globalization;
using SshMqttBridge.Actions;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>Parses schedules. Each method returns null, or a description of valid values.</summary>
internal static class ScheduleRules
{
    public static TimeSpan Shortest { get; } = TimeSpan.FromSeconds(1);
    public static TimeSpan MaximumInterval { get; } = TimeSpan.FromDays(30);

    public static string? ParseEvery(string text, out ActionSchedule? value)
    {
        value = Duration(text) is { } interval ? new ActionSchedule.Every(interval) : null;
        return value is null
            ? "must be seconds, or a number with a unit (s, m, h or d), from 1s to 30d, for example 5m; "
                + "or a cron expression, for example '0 3 * * *'"
            : null;
    }

    public static string? ParseDuration(string text, out TimeSpan value)
    {
        var duration = Duration(text);
        value = duration ?? TimeSpan.Zero;
        return duration is null
            ? "must be seconds, or a number with a unit (s, m, h or d), from 1s to 30d, for example 15m"
            : null;
    }

    public static string? ParseCron(string text, out ActionSchedule? value)
    {
        var isValid = CronSchedule.TryParse(text, out _, out var problem);
        value = isValid ? new ActionSchedule.Cron(CronSchedule.Normalize(text)) : null;
        return problem;
    }

    public static string? ParseShortForm(string text, out ActionSchedule? value) =>
        text.Trim().Any(char.IsWhiteSpace) ? ParseCron(text, out value) : ParseEvery(text, out value);

    private static TimeSpan? Duration(string text)
    {
        var (number, unit) = text switch
        {
            [.. var rest, 's'] => (rest, TimeSpan.FromSeconds(1)),
            [.. var rest, 'm'] => (rest, TimeSpan.FromMinutes(1)),
            [.. var rest, 'h'] => (rest, TimeSpan.FromHours(1)),
            [.. var rest, 'd'] => (rest, TimeSpan.FromDays(1)),
            _ => (text, TimeSpan.FromSeconds(1)),
        };
        return
            decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count <= (decimal)MaximumInterval.TotalSeconds
            && TimeSpan.FromTicks((long)(count * unit.Ticks)) is var interval
            && interval >= Shortest
            && interval <= MaximumInterval
            ? interval
            : null;
    }
}
