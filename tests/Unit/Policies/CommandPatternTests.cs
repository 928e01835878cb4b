using SshMqttBridge.Policies;

namespace SshMqttBridge.Tests.Unit.Policies;

/// <summary>A pattern must match the whole command, and no pattern makes the bridge hang.</summary>
public sealed class CommandPatternTests
{
    [Theory]
    [InlineData("uptime", "uptime", true)]
    [InlineData("uptime", "uptime ", false)]
    [InlineData("uptime", " uptime", false)]
    [InlineData("uptime", "uptime\n", false)]
    [InlineData("uptime$", "uptime\n", false)]
    [InlineData("^uptime$", "uptime", true)]
    [InlineData("uptime", "UPTIME", false)]
    [InlineData("(?i)uptime", "UPTIME", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("a|b", "b", true)]
    [InlineData("(?m)^a$", "a\nrm -rf ~", false)]
    [InlineData("ping .*", "ping x\nrm", false)]
    [InlineData("ping .*", "ping x; rm -rf ~", true)]
    [InlineData("ping [a-z0-9.]+", "ping x; rm -rf ~", false)]
    [InlineData("ping [a-z0-9.]+", "ping $(id)", false)]
    [InlineData("ping [^;]*", "ping x\nrm", true)]
    [InlineData("", "", true)]
    [InlineData("", "x", false)]
    public void Matches_GivenACommand_ShouldLookAtAllOfIt(string pattern, string command, bool matches) =>
        Parse(pattern).Matches(command).ShouldBe(matches);

    [Fact]
    public void Matches_GivenAPatternThatHangsOthers_ShouldAnswer() =>
        Parse("(a+)+b").Matches(new string('a', 1 << 20)).ShouldBeFalse();

    [Theory]
    [InlineData("(", "InsufficientClosingParentheses at character 2")]
    [InlineData("a)|(?:b", "InsufficientOpeningParentheses")]
    [InlineData("a(?!b)", "without backtracking")]
    public void TryParse_GivenAnInvalidPattern_ShouldReportTheCause(string text, string why)
    {
        CommandPattern.TryParse(text, out var pattern, out var wrong).ShouldBeFalse();

        pattern.ShouldBeNull();
        wrong.ShouldNotBeNull().ShouldContain(why);
    }

    private static CommandPattern Parse(string text)
    {
        CommandPattern.TryParse(text, out var pattern, out _).ShouldBeTrue();
        return pattern.ShouldNotBeNull();
    }
}
