using System.Text;
using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Output;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Tests.Unit.Output;

public sealed class OutputTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\nb\n", "a<br>b")]
    [InlineData("a\nb", "a<br>b")]
    [InlineData("a\r\nb\r\n", "a<br>b")]
    [InlineData("\n", "")]
    [InlineData("\n\n", "<br>")]
    [InlineData("\na", "<br>a")]
    [InlineData("a\n\nb", "a<br><br>b")]
    [InlineData("a\rb", "a\rb")]
    [InlineData("a\r", "a\r")]
    public void JoinLines_GivenText_ShouldSeparateItsLines(string text, string joined) =>
        Encoding.UTF8.GetString(OutputText.JoinLines(Encoding.UTF8.GetBytes(text), "<br>"u8).Span).ShouldBe(joined);

    [Fact]
    public void JoinLines_GivenAnEmptySeparator_ShouldJoinWithout() =>
        Encoding.UTF8.GetString(OutputText.JoinLines("a\nb\n"u8.ToArray(), []).Span).ShouldBe("ab");

    [Fact]
    public void WholeCharacters_GivenTextCutAnywhere_ShouldKeepAllWholeCharacters() =>
        Prop.ForAll<NonNull<string>, NonNegativeInt>(
                (text, place) =>
                {
                    var whole = Encoding.UTF8.GetBytes(text.Get + "ü漢🏠");
                    var cut = whole[..(place.Get % (whole.Length + 1))];
                    var kept = OutputText.WholeCharacters(cut);
                    return Utf8.IsValid(cut.AsSpan(0, kept))
                        && cut.Length - kept <= 3
                        && (kept == cut.Length || !Utf8.IsValid(cut));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void WholeCharacters_GivenAnyBytes_ShouldStayWithinThem() =>
        Prop.ForAll<NonNull<byte[]>>(bytes =>
                OutputText.WholeCharacters(bytes.Get) is var kept && kept >= 0 && kept <= bytes.Get.Length
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void ToUtf8_GivenAnyBytes_ShouldBeUtf8() =>
        Prop.ForAll<NonNull<byte[]>>(bytes => Utf8.IsValid(OutputText.ToUtf8(bytes.Get).Span)).QuickCheckThrowOnFailure();
}

public sealed class OutputCaptureTests
{
    [Fact]
    public void ToOutput_GivenMoreThanIsKept_ShouldKeepTheBeginningAndCountAll()
    {
        var capture = new OutputCapture(5);

        capture.Add(OutputStream.StandardOutput, "abc"u8);
        capture.Add(OutputStream.StandardError, "12345"u8);
        capture.Add(OutputStream.StandardOutput, "defg"u8);
        capture.Add(OutputStream.StandardOutput, "h"u8);

        var output = capture.ToOutput();
        Encoding.UTF8.GetString(output.Out.Span).ShouldBe("abcde");
        Encoding.UTF8.GetString(output.Err.Span).ShouldBe("12345");
        (output.OutBytes, output.ErrBytes, output.Truncated).ShouldBe((8, 5, true));
        capture.TotalBytes.ShouldBe(13);
    }

    [Fact]
    public void ToOutput_GivenExactlyTheKeptSize_ShouldNotSetTruncated()
    {
        var capture = new OutputCapture(5);

        capture.Add(OutputStream.StandardOutput, "12345"u8);

        capture.ToOutput().Truncated.ShouldBeFalse();
    }

    [Fact]
    public void ToOutput_GivenACharacterAcrossTheLimit_ShouldLeaveItOut()
    {
        var capture = new OutputCapture(4);

        capture.Add(OutputStream.StandardOutput, "abc漢"u8);

        Encoding.UTF8.GetString(capture.ToOutput().Out.Span).ShouldBe("abc");
    }

    [Fact]
    public void ToOutput_GivenACutCharacterThatTheCommandWrote_ShouldShowIt()
    {
        var capture = new OutputCapture(10);

        capture.Add(OutputStream.StandardOutput, "漢"u8[..2]);

        Encoding.UTF8.GetString(capture.ToOutput().Out.Span).ShouldBe("\uFFFD");
    }

    [Fact]
    public void ToOutput_GivenALimitOfZero_ShouldKeepNothing()
    {
        var capture = new OutputCapture(0);

        capture.Add(OutputStream.StandardError, "abc"u8);

        capture
            .ToOutput()
            .ShouldSatisfyAllConditions(
                output => output.Err.Length.ShouldBe(0),
                output => output.ErrBytes.ShouldBe(3),
                output => output.Truncated.ShouldBeTrue()
            );
        capture.ToCounts().Truncated.ShouldBeFalse();
    }
}
