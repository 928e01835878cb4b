using SshMqttBridge.Actions;

namespace SshMqttBridge.Tests.Unit.Actions;

public sealed class CronScheduleTests
{
    // Cronos excludes the given moment itself.
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("*/5 * * * *", "2026-01-01 00:05")]
    [InlineData("0 3 * * *", "2026-01-01 03:00")]
    [InlineData(" 0\t3  * * * ", "2026-01-01 03:00")]
    [InlineData("0 0 * * mon-fri", "2026-01-02 00:00")]
    [InlineData("0 0 29 2 *", "2028-02-29 00:00")]
    [InlineData("0 0 * * 7", "2026-01-04 00:00")]
    [InlineData("0 0 29 2 0", "2026-02-01 00:00")]
    [InlineData("30 4 1,15 * *", "2026-01-01 04:30")]
    public void Next_GivenAnExpression_ShouldMatchCron(string text, string next) =>
        CronSchedule.Parse(text).Next(Start, TimeZoneInfo.Utc)!.Value.DateTime.ShouldBe(DateTime.Parse(next));

    /// <summary>
    /// crontab(5): "If both fields are restricted (i.e., do not contain the "*" character), the command will be run when either
    /// field matches."
    /// </summary>
    [Fact]
    public void Next_GivenBothDays_ShouldCountOneOfThem()
    {
        var expression = CronSchedule.Parse("0 0 13 * 5");
        var days = new List<int>();
        for (
            var time = expression.Next(Start, TimeZoneInfo.Utc);
            days.Count < 4;
            time = expression.Next(time!.Value, TimeZoneInfo.Utc)
        )
        {
            days.Add(time!.Value.Day);
        }

        days.ShouldBe([2, 9, 13, 16]);
    }

    [Theory]
    [InlineData("", "five fields")]
    [InlineData("0 3 * *", "five fields")]
    [InlineData("* * * * * *", "five fields")]
    [InlineData("@daily", "five fields")]
    [InlineData("60 * * * *", "between 0 and 59")]
    [InlineData("0 0 * * 8", "between 0 and 7")]
    [InlineData("0 0 L * *", "'L' is not valid")]
    [InlineData("0 0 15W * *", "'15W' is not valid")]
    [InlineData("0 0 * * 5L", "'5L' is not valid")]
    [InlineData("0 0 * * 5#2", "'5#2' is not valid")]
    [InlineData("a 0 * * *", "must be a cron expression")]
    [InlineData("? 0 * * *", "must be a cron expression")]
    [InlineData("0 22-2 * * *", "'22-2' is not valid")]
    [InlineData("*/0 * * * *", "'*/0' is not valid")]
    [InlineData("*/90 * * * *", "'*/90' is not valid")]
    [InlineData("1-2-3 * * * *", "is not valid")]
    [InlineData("0 0 30 2 *", "there is no such day")]
    [InlineData("0 0 31 4,6,9,11 *", "there is no such day")]
    public void TryParse_GivenAnInvalidExpression_ShouldReportTheFault(string text, string message)
    {
        CronSchedule.TryParse(text, out var expression, out var wrong).ShouldBeFalse();

        expression.ShouldBeNull();
        wrong.ShouldNotBeNull().ShouldContain(message);
    }
}
