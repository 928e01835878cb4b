using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Output;

namespace SshMqttBridge.Tests.Unit.Output;

public sealed class LineSplitterTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a\nb\n", new[] { "a", "b" })]
    [InlineData("a\nb", new[] { "a", "b" })]
    [InlineData("a\r\nb\r\n", new[] { "a", "b" })]
    [InlineData("\n\n", new[] { "", "" })]
    [InlineData("\r\n", new[] { "" })]
    [InlineData("a\rb\n", new[] { "a\rb" })]
    [InlineData("a\r\r\n", new[] { "a\r" })]
    [InlineData("ünï\n漢🏠", new[] { "ünï", "漢🏠" })]
    [InlineData("a\0b\n", new[] { "a\0b" })]
    public void Add_GivenText_ShouldCutAtLineEnds(string text, string[] lines) =>
        Split([Encoding.UTF8.GetBytes(text)]).ShouldBe(lines);

    [Fact]
    public void Add_GivenBytesThatAreNoUtf8_ShouldReplaceThem() =>
        Split([
                [0x61, 0xFF, 0x0A, 0xC3],
            ])
            .ShouldBe(["a\uFFFD", "\uFFFD"]);

    [Fact]
    public void Add_GivenAnyBordersBetweenPieces_ShouldCutTheSame()
    {
        var part = Gen.Elements("a", "\n", "\r", "\r\n", "ü", "漢", "🏠", "long enough ").Select(Encoding.UTF8.GetBytes);
        var bytes = Gen.Frequency((9, part), (1, Gen.Choose(0, 255).Select(value => new[] { (byte)value })));
        Prop.ForAll(
                bytes.ArrayOf().ToArbitrary(),
                Gen.Choose(1, 7).ArrayOf().ToArbitrary(),
                (parts, sizes) =>
                {
                    byte[] whole = [.. parts.SelectMany(piece => piece)];
                    return Split(Pieces(whole, sizes)).SequenceEqual(Split([whole]));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(LineSplitter.MaximumLineBytes - 1)]
    [InlineData(LineSplitter.MaximumLineBytes)]
    public void Add_GivenALineUpTo64KiB_ShouldNotSplitIt(int length)
    {
        string line = new('x', length);

        Split([Encoding.UTF8.GetBytes(line + "\nnext\n")]).ShouldBe([line, "next"]);
        Split([Encoding.UTF8.GetBytes(line)]).ShouldBe([line]);
    }

    [Theory]
    [InlineData("\r\n", new[] { "" })]
    [InlineData("\rx\n", new[] { "\rx" })]
    [InlineData("\r\r\n", new[] { "\r" })]
    public void Add_GivenACarriageReturnAfter64KiB_ShouldCountItOnlyWhereItEndsNoLine(string end, string[] rest)
    {
        string line = new('x', LineSplitter.MaximumLineBytes);
        string[] expected = end == "\r\n" ? [line, "next"] : [line, .. rest, "next"];
        var whole = Encoding.UTF8.GetBytes($"{line}{end}next\n");

        Split([whole]).ShouldBe(expected);
        Split(Pieces(whole, [1])).ShouldBe(expected);
        Split(Pieces(whole, [LineSplitter.MaximumLineBytes, 1])).ShouldBe(expected);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("ü")]
    [InlineData("漢")]
    [InlineData("🏠")]
    [InlineData("x🏠")]
    public void Add_GivenALongerLine_ShouldCutItBetweenCharactersWhereverPiecesEnd(string pattern)
    {
        var whole = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(pattern, 200_000 / pattern.Length)) + "\nnext\n");

        var atOnce = Split([whole]);
        var inPieces = Split(Pieces(whole, [1, 65_535, 1, 3, 32_767, 7]));

        inPieces.ShouldBe(atOnce);
        (string.Concat(atOnce[..^1]) + "\nnext\n").ShouldBe(Encoding.UTF8.GetString(whole));
        atOnce[^1].ShouldBe("next");
        atOnce.ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) <= LineSplitter.MaximumLineBytes);
    }

    [Fact]
    public void Add_GivenLines_ShouldGiveEachMemoryOfItsOwn()
    {
        var splitter = new LineSplitter();
        var piece = "first\n"u8.ToArray();
        var first = splitter.Add(piece).ShouldHaveSingleItem();

        piece.AsSpan().Fill((byte)'?');
        splitter.Add("second\n"u8);

        Encoding.UTF8.GetString(first.Span).ShouldBe("first");
    }

    private static List<string> Split(IEnumerable<byte[]> pieces)
    {
        var splitter = new LineSplitter();
        List<string> lines =
        [
            .. pieces.SelectMany(piece => splitter.Add(piece)).Select(line => Encoding.UTF8.GetString(line.Span)),
        ];
        if (splitter.Finish() is { } rest)
        {
            lines.Add(Encoding.UTF8.GetString(rest.Span));
        }

        splitter.Finish().ShouldBeNull();
        return lines;
    }

    private static IEnumerable<byte[]> Pieces(byte[] whole, int[] sizes)
    {
        var start = 0;
        foreach (var size in sizes.TakeWhile(_ => start < whole.Length))
        {
            yield return whole[start..Math.Min(start + size, whole.Length)];
            start = Math.Min(start + size, whole.Length);
        }

        yield return whole[start..];
    }
}
