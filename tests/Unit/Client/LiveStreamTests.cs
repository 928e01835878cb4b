using SshMqttBridge.Client;

namespace SshMqttBridge.Tests.Unit.Client;

public sealed class LiveStreamTests
{
    private readonly LiveStream _stream = new();

    [Fact]
    public void RestOf_GivenPiecesOfWhichOneIsMissing_ShouldBeWhatFollowsTheFirstOnes()
    {
        _stream.Continues(0, "é1").ShouldBeTrue();
        _stream.Continues(5, "3").ShouldBeFalse();

        _stream.RestOf("é123").ShouldBe("23");
    }

    [Theory]
    [InlineData("abc", 3, true)]
    [InlineData("abc", 4, false)]
    [InlineData("é", 2, true)]
    // Of 5 bytes, one that is not UTF-8 was printed.
    [InlineData("\uFFFDab", 5, false)]
    [InlineData("\uFFFDab", 3, true)]
    public void IsWhole_GivenWhatWasPrinted_ShouldBeTrueOnlyIfNothingCanBeMissing(string printed, long total, bool isWhole)
    {
        _stream.Continues(0, printed).ShouldBeTrue();

        _stream.IsWhole(total).ShouldBe(isWhole);
    }
}
