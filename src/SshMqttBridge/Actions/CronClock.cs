namespace SshMqttBridge.Actions;

/// <summary>
/// Says when a cron expression comes true by the clock of a time zone, also where that clock is set. A time that is left out when it is set forward comes at once
/// after the gap. A time that comes twice when it is set back counts the first time only; but an expression that means "so often", with <c>*</c> at the beginning of its
/// hour, goes on through the second hour. So nothing is left out that night, and nothing is done twice that was to be done once.
/// </summary>
internal sealed class CronClock(CronExpression expression, TimeZoneInfo zone)
{
    /// <summary>More than any clock is set back by for a season.</summary>
    private static readonly TimeSpan LongestRepetition = TimeSpan.FromHours(3);

    /// <summary>The first moment after the given one; null: there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var wall = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        DateTimeOffset? best = null;
        // What the clock shows twice may lie before what it shows now.
        var from = expression.RunsEveryHour && zone.IsAmbiguousTime(wall) ? wall - LongestRepetition : wall;
        for (var next = expression.Next(from); next is { } time; next = expression.Next(time))
        {
            var moments = MomentsOf(time);
            foreach (var moment in moments)
            {
                if (moment > after && !(moment >= best))
                {
                    best = moment;
                }
            }

            // Later times come no earlier than this one's first moment.
            if (best <= moments[0])
            {
                break;
            }
        }

        return best;
    }

    /// <summary>When the wall's clock shows this time, the earliest first.</summary>
    private DateTimeOffset[] MomentsOf(DateTime time)
    {
        if (zone.IsInvalidTime(time))
        {
            return [EndOfGap(time)];
        }

        if (!zone.IsAmbiguousTime(time))
        {
            return [new DateTimeOffset(time, zone.GetUtcOffset(time))];
        }

        DateTimeOffset[] both =
        [
            .. zone.GetAmbiguousTimeOffsets(time).OrderDescending().Select(offset => new DateTimeOffset(time, offset)),
        ];
        return expression.RunsEveryHour ? both : both[..1];
    }

    /// <summary>The moment at which the clock was set forward over this time.</summary>
    private DateTimeOffset EndOfGap(DateTime time)
    {
        var minute = time;
        while (zone.IsInvalidTime(minute))
        {
            minute = minute.AddMinutes(1);
        }

        return new DateTimeOffset(minute, zone.GetUtcOffset(minute));
    }
}
