using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Output;

namespace SshMqttBridge.Tests.Unit.Output;

public sealed class BoundedOutputTests
{
    private readonly BoundedOutput _stream = new();

    [Fact]
    public void TryTake_GivenACharacterInTwoPieces_ShouldReturnItInOnePiece()
    {
        var bytes = Encoding.UTF8.GetBytes("a😀b");
        _stream.Add(bytes.AsSpan(0, 3));
        Take().ShouldBe(("a", 0));
        _stream.Add(bytes.AsSpan(3, 1));
        _stream.TryTake(isLast: false, out _, out _).ShouldBeFalse();

        _stream.Add(bytes.AsSpan(4));

        Take().ShouldBe(("😀b", 0));
    }

    [Fact]
    public void TryTake_GivenHalfACharacterAtTheEnd_ShouldReturnAReplacementCharacter()
    {
        _stream.Add("a"u8);
        _stream.Add([0xE2, 0x82]);
        Take(isLast: true).ShouldBe(("a\uFFFD", 0));
        _stream.TryTake(isLast: true, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryTake_GivenBytesThatAreNoText_ShouldReplaceThem()
    {
        _stream.Add([(byte)'a', 0xFF, (byte)'b', 0]);

        Take().ShouldBe(("a\uFFFDb\0", 0));
    }

    [Fact]
    public void TryTake_GivenMuch_ShouldReturnItInBoundedPieces()
    {
        _stream.Add(Bytes('x', 100_000));

        Take().Text.Length.ShouldBe(BoundedOutput.MaximumChunk);
        Take().ShouldBe((new string('x', 100_000 - BoundedOutput.MaximumChunk), 0));
        _stream.TryTake(isLast: false, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryTake_GivenAFullBuffer_ShouldDropNothing()
    {
        _stream.Add(Bytes('x', BoundedOutput.MaximumPending));

        for (var i = 0; i < BoundedOutput.MaximumPending / BoundedOutput.MaximumChunk; i++)
        {
            Take().ShouldBe((new string('x', BoundedOutput.MaximumChunk), 0));
        }

        _stream.TryTake(isLast: true, out _, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(BoundedOutput.MaximumChunk - 1)]
    [InlineData(BoundedOutput.MaximumChunk)]
    [InlineData(BoundedOutput.MaximumChunk + 1)]
    [InlineData(3 * BoundedOutput.MaximumPending)]
    public void TryTake_GivenAFlood_ShouldReturnItsEndAndTheDroppedSize(int last)
    {
        _stream.Add(Bytes('x', BoundedOutput.MaximumPending));
        _stream.Add(Bytes('y', last));

        var (text, skipped) = Take();

        var ofLast = Math.Min(last, BoundedOutput.MaximumChunk);
        text.ShouldBe(new string('x', BoundedOutput.MaximumChunk - ofLast) + new string('y', ofLast));
        skipped.ShouldBe(BoundedOutput.MaximumPending + last - BoundedOutput.MaximumChunk);
        _stream.Add("z"u8);
        Take().ShouldBe(("z", 0));
    }

    [Fact]
    public void TryTake_GivenOneFloodAfterAnother_ShouldReportOneGapForAll()
    {
        for (var i = 0; i < 10; i++)
        {
            _stream.Add(Bytes('x', BoundedOutput.MaximumPending));
        }

        Take().Skipped.ShouldBe(10 * BoundedOutput.MaximumPending - BoundedOutput.MaximumChunk);
        _stream.Add(Bytes('x', BoundedOutput.MaximumPending));
        _stream.Add(Bytes('y', BoundedOutput.MaximumChunk));

        Take(isLast: true).ShouldBe((new string('y', BoundedOutput.MaximumChunk), BoundedOutput.MaximumPending));
        _stream.TryTake(isLast: true, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryTake_GivenAGapWithinACharacter_ShouldDropThatCharacter()
    {
        var euro = "€"u8.ToArray();
        _stream.Add([.. Bytes('x', BoundedOutput.MaximumPending), .. euro, .. Bytes('y', BoundedOutput.MaximumChunk - 2)]);

        Take().ShouldBe((new string('y', BoundedOutput.MaximumChunk - 2), BoundedOutput.MaximumPending + euro.Length));
    }

    [Fact]
    public void TryTake_GivenACharacterAcrossAPiecesEnd_ShouldReturnItInTheNext()
    {
        _stream.Add([.. Bytes('x', BoundedOutput.MaximumChunk - 1), .. "€"u8]);

        Take(isLast: true).ShouldBe((new string('x', BoundedOutput.MaximumChunk - 1), 0));
        Take(isLast: true).ShouldBe(("€", 0));
    }

    [Fact]
    public void TryTake_GivenAnyPieces_ShouldReturnTheirText() =>
        Prop.ForAll<byte[], byte[]>(
                (cuts, noise) =>
                {
                    var bytes = (byte[])[.. Encoding.UTF8.GetBytes("grüße 😀 €\n"), .. noise, .. Encoding.UTF8.GetBytes("日本")];
                    var stream = new BoundedOutput();
                    var text = new StringBuilder();
                    var rest = bytes.AsSpan();
                    foreach (var cut in cuts)
                    {
                        var length = Math.Min(cut % 5, rest.Length);
                        stream.Add(rest[..length]);
                        rest = rest[length..];
                        while (cut % 2 == 0 && stream.TryTake(isLast: false, out var piece, out _))
                        {
                            text.Append(piece);
                        }
                    }

                    stream.Add(rest);
                    while (stream.TryTake(isLast: true, out var piece, out _))
                    {
                        text.Append(piece);
                    }

                    text.ToString().ShouldBe(Encoding.UTF8.GetString(bytes));
                }
            )
            .QuickCheckThrowOnFailure();

    private (string Text, long Skipped) Take(bool isLast = false)
    {
        _stream.TryTake(isLast, out var text, out var skipped).ShouldBeTrue();
        return (text, skipped);
    }

    private static byte[] Bytes(char letter, int count) => [.. Enumerable.Repeat((byte)letter, count)];
}
