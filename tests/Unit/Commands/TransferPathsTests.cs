using FsCheck;
using FsCheck.Fluent;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Tests.Unit.Commands;

public sealed class TransferPathsTests
{
    [Theory]
    [InlineData("a b", "a", "b")]
    [InlineData("  a   b  ", "a", "b")]
    [InlineData("a b\n", "a", "b")]
    [InlineData("a b\r\n", "a", "b")]
    [InlineData("\"my file.txt\" /tmp/x", "my file.txt", "/tmp/x")]
    [InlineData("\"say \"\"hi\"\".txt\" \"\"\"\"", "say \"hi\".txt", "\"")]
    [InlineData("data_backup/ /tmp/data_backup/", "data_backup/", "/tmp/data_backup/")]
    [InlineData(
        "data_backup/hsyco.script /tmp/data_backup/hsyco.script",
        "data_backup/hsyco.script",
        "/tmp/data_backup/hsyco.script"
    )]
    [InlineData("it's $HOME", "it's", "$HOME")]
    [InlineData("\"line\nend\" b", "line\nend", "b")]
    public void TryParse_GivenTwoNames_ShouldFindThem(string payload, string source, string destination)
    {
        TransferPaths.TryParse(payload, out var foundSource, out var foundDestination, out var error).ShouldBeTrue(error);

        (foundSource, foundDestination).ShouldBe((source, destination));
    }

    [Theory]
    [InlineData("", "found nothing")]
    [InlineData("   ", "found nothing")]
    [InlineData("a", "one name only")]
    [InlineData("a b c", "third name")]
    [InlineData("my file.txt /tmp/x", "must be in double quotes")]
    [InlineData("\"a b", "not closed")]
    [InlineData("\"a\"b c", "after a closing double quote")]
    [InlineData("\"\" b", "empty")]
    [InlineData("a \"\"", "empty")]
    [InlineData("a\"b\" c", "quote")]
    [InlineData("a\tb c", "control character")]
    [InlineData("a\nb c", "control character")]
    public void TryParse_GivenInvalidPaths_ShouldReportTheFault(string payload, string words)
    {
        TransferPaths.TryParse(payload, out _, out _, out var error).ShouldBeFalse();

        error.ShouldContain(words);
    }

    [Fact]
    public void TryParse_GivenWhatFormatMade_ShouldFindTheSameNames() =>
        Prop.ForAll<NonEmptyString, NonEmptyString>(
                (source, destination) =>
                {
                    var payload = TransferPaths.Format(source.Get, destination.Get);
                    TransferPaths
                        .TryParse(payload, out var foundSource, out var foundDestination, out var error)
                        .ShouldBeTrue(error);
                    (foundSource, foundDestination).ShouldBe((source.Get, destination.Get));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_GivenAnything_ShouldFindTwoNamesOrAnError() =>
        Prop.ForAll(
                Gen.Elements('a', ' ', '"', '\n', '/').ArrayOf().ToArbitrary(),
                letters =>
                {
                    var found = TransferPaths.TryParse(new string(letters), out var source, out var destination, out var error);
                    (found ? source!.Length > 0 && destination!.Length > 0 && error is null : error!.Length > 0).ShouldBeTrue();
                }
            )
            .QuickCheckThrowOnFailure();
}
