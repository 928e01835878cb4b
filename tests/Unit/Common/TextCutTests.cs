using SshMqttBridge.Common;

namespace SshMqttBridge.Tests.Unit.Common;

public sealed class TextCutTests
{
    [Theory]
    [InlineData("", 0, "")]
    [InlineData("abc", 3, "abc")]
    [InlineData("abc", 2, "ab")]
    [InlineData("abc", 0, "")]
    [InlineData("a😀b", 3, "a😀")]
    [InlineData("a😀b", 2, "a")]
    public void Start_GivenALength_ShouldNotBeLongerAndNotEndInHalfACharacter(string text, int length, string expected) =>
        TextCut.Start(text, length).ShouldBe(expected);

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abc", 2, "ab…")]
    [InlineData("a😀b", 2, "a…")]
    public void WithEllipsis_GivenALength_ShouldMarkWhatWasCut(string text, int length, string expected) =>
        TextCut.WithEllipsis(text, length).ShouldBe(expected);
}
