using SshMqttBridge.Common;

namespace SshMqttBridge.Tests.Unit.Common;

public sealed class ExcerptTests
{
    [Theory]
    [InlineData("", 0, "")]
    [InlineData("abc", 0, "")]
    [InlineData("abc", 2, "ab")]
    [InlineData("abc", 3, "abc")]
    [InlineData("a😀b", 1, "a")]
    [InlineData("a😀b", 2, "a")]
    [InlineData("a😀b", 3, "a😀")]
    public void Cut_GivenAText_ShouldKeepWholeCharacters(string text, int maximumLength, string expected) =>
        Excerpt.Cut(text, maximumLength).ShouldBe(expected);

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc…")]
    [InlineData("a😀b", 2, "a…")]
    public void Of_GivenAText_ShouldMarkTheCut(string text, int maximumLength, string expected) =>
        Excerpt.Of(text, maximumLength).ShouldBe(expected);
}
