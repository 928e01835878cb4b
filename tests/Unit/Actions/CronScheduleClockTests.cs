using SshMqttBridge.Actions;

namespace SshMqttBridge.Tests.Unit.Actions;

/// <summary>
/// The nights in which the clock is set. Berlin: 29 March 2026 02:00 to 03:00, 25 October 2026 03:00 to 02:00.
/// </summary>
public sealed class CronScheduleClockTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly TimeZoneInfo LordHowe = TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe");

    [Theory]
    // A skipped time runs once, when the clock has been set.
    [InlineData("30 2 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T00:30Z")]
    [InlineData("0 2 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T00:00Z")]
    [InlineData("*/20 2 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T00:00Z 2026-03-30T00:20Z")]
    [InlineData("0 3 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T01:00Z")]
    [InlineData("30 1,2,3 * * *", "2026-03-28T12:00Z", "2026-03-29T00:30Z 2026-03-29T01:00Z 2026-03-29T01:30Z 2026-03-29T23:30Z")]
    // A schedule that runs this often just continues.
    [InlineData("*/20 * * * *", "2026-03-29T00:30Z", "2026-03-29T00:40Z 2026-03-29T01:00Z 2026-03-29T01:20Z")]
    // A repeated time runs once.
    [InlineData("30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-26T01:30Z")]
    [InlineData("0 3 * * *", "2026-10-24T12:00Z", "2026-10-25T02:00Z 2026-10-26T02:00Z")]
    [InlineData("30 2 * * *", "2026-10-25T01:00Z", "2026-10-26T01:30Z")]
    // A schedule that runs this often continues through both hours.
    [InlineData(
        "*/30 * * * *",
        "2026-10-24T23:50Z",
        "2026-10-25T00:00Z 2026-10-25T00:30Z 2026-10-25T01:00Z 2026-10-25T01:30Z 2026-10-25T02:00Z"
    )]
    [InlineData("*/30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T00:00Z 2026-10-25T00:30Z 2026-10-25T01:00Z 2026-10-25T01:30Z")]
    [InlineData("30 * * * *", "2026-10-25T00:30Z", "2026-10-25T01:30Z 2026-10-25T02:30Z")]
    [InlineData("0 */2 * * *", "2026-10-24T22:00Z", "2026-10-25T00:00Z 2026-10-25T01:00Z 2026-10-25T03:00Z")]
    public void Next_GivenANightInWhichTheClockIsSet_ShouldNeitherLoseNorDoubleARun(string text, string after, string expected) =>
        Runs(text, Berlin, after, expected.Split(' ').Length).ShouldBe(expected.Split(' '));

    /// <summary>There the clock is set by half an hour: 5 April 2026 02:00 to 01:30, 4 October 2026 02:00 to 02:30.</summary>
    [Theory]
    [InlineData("45 1 * * *", "2026-04-04T12:00Z", "2026-04-04T14:45Z 2026-04-05T15:15Z")]
    [InlineData("*/15 * * * *", "2026-04-04T14:40Z", "2026-04-04T14:45Z 2026-04-04T15:00Z 2026-04-04T15:15Z 2026-04-04T15:30Z")]
    [InlineData("15 2 * * *", "2026-10-03T12:00Z", "2026-10-03T15:30Z 2026-10-04T15:15Z")]
    public void Next_GivenHalfAnHour_ShouldDoTheSame(string text, string after, string expected) =>
        Runs(text, LordHowe, after, expected.Split(' ').Length).ShouldBe(expected.Split(' '));

    /// <summary>Against the definition: each minute of a year in which the clock shows a matching time, and no other.</summary>
    [Fact]
    public void Next_GivenAYear_ShouldRunEachQuarterOfAnHourThatThereIs()
    {
        var schedule = CronSchedule.Parse("*/15 * * * *");
        var end = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var count = 0;
        var last = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var next = schedule.Next(last, Berlin); next < end; next = schedule.Next(last, Berlin))
        {
            (next - last).ShouldBe(TimeSpan.FromMinutes(15));
            last = next.Value;
            count++;
        }

        count.ShouldBe(365 * 96 - 1);
    }

    private static IEnumerable<string> Runs(string text, TimeZoneInfo zone, string after, int count)
    {
        var schedule = CronSchedule.Parse(text);
        var time = DateTimeOffset.Parse(after);
        for (var i = 0; i < count; i++)
        {
            time = schedule.Next(time, zone).ShouldNotBeNull();
            yield return time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'");
        }
    }
}
