using System.Globalization;
using SshMqttBridge.Actions;
using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>Reads when an action runs by itself: <c>every</c> or <c>cron</c>, or the value of one of them alone, since a cron expression has spaces and a duration has none.</summary>
internal static class ScheduleReader
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Returns what could be read, or null for no schedule; faults stand where something could not be read.</summary>
    public static ActionSchedule? Read(ReadingContext context, SectionReader action, string path)
    {
        if (action.HasScalar(ConfigurationKeys.Schedule))
        {
            return action.Text(ConfigurationKeys.Schedule, ValidateShortForm) is not { } text ? null
                : IsCron(text) ? Cron(text)
                : Every(text);
        }

        if (!action.Has(ConfigurationKeys.Schedule) || action.Mapping(ConfigurationKeys.Schedule) is not { } values)
        {
            return null;
        }

        var at = ConfigurationPath.Join(path, ConfigurationKeys.Schedule);
        var section = new SectionReader(context, ConfigurationKeys.ScheduleKeys, (at, values));
        if (section.Has("every") == section.Has("cron"))
        {
            action.Fault(ConfigurationKeys.Schedule, "must have 'every' or 'cron', one of them");
        }

        return section.Text("every", ValidateEvery) is { } every ? Every(every)
            : section.Text("cron", ValidateCron) is { } cron ? Cron(cron)
            : null;
    }

    private static ActionSchedule.Every? Every(string text) => Duration(text) is { } interval ? new(interval) : null;

    private static ActionSchedule.Cron Cron(string text) => new(CronSchedule.Normalize(text));

    private static bool IsCron(string text) => text.Trim().Any(char.IsWhiteSpace);

    private static string? ValidateShortForm(string text) => IsCron(text) ? ValidateCron(text) : ValidateEvery(text);

    private static string? ValidateCron(string text) => CronSchedule.TryParse(text, out _, out var wrong) ? null : wrong;

    private static string? ValidateEvery(string text) =>
        Duration(text) is null
            ? "must be seconds, or a number with s, m, h or d behind it, from 1s to 30d, as 5m; or a cron expression, as '0 3 * * *'"
            : null;

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
            && count <= (decimal)Longest.TotalSeconds
            && TimeSpan.FromTicks((long)(count * unit.Ticks)) is var interval
            && interval >= Shortest
            && interval <= Longest
            ? interval
            : null;
    }
}
