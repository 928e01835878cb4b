using FsCheck.Fluent;
using SshMqttBridge.Common;

namespace SshMqttBridge.Tests.Unit.Common;

public sealed class ShellWordTests
{
    /// <summary>Many words through one real shell, which prints each of them with a NUL behind it.</summary>
    [Fact]
    public async Task Quote_GivenAnyText_ShouldBeThatOneWordToARealShell()
    {
        var special = Gen.Elements(
            "'",
            "\"",
            "\\",
            "$",
            "`",
            "!",
            "\n",
            "\r",
            " ",
            "*",
            "?",
            "~",
            "-",
            "#",
            ";",
            "&",
            "(",
            "$(id)",
            "é",
            "☃",
            "\x01",
            "a"
        );
        var words = special.ArrayOf().Select(string.Concat).Sample(500, 20).Append("").Append("'").Append("''").ToArray();
        var script = $"printf '%s\\0' {string.Join(' ', words.Select(ShellWord.Quote))}";

        var output = await Shells.OutputAsync("/bin/sh", script);

        output.Split('\0')[..^1].ShouldBe(words);
    }

    /// <summary>
    /// They cannot run it; but they must read it as one failing assignment, whatever the value, and not as something else.
    /// </summary>
    [Theory]
    [InlineData("fish")]
    [InlineData("csh")]
    [InlineData("tcsh")]
    public async Task Quote_GivenAShellThatIsNotPosix_ShouldBeThatOneWordToo(string shell)
    {
        if (Shells.Find(shell) is null)
        {
            return; // Not on this machine.
        }

        foreach (
            var batch in Gen.Elements<string>([.. Shells.Pieces])
                .ArrayOf()
                .Select(string.Concat)
                .Sample(200, 300)
                .Chunk(Shells.ValuesALine)
        )
        {
            var output = await Shells.OutputAsync(shell, "printf '%s\\0' " + string.Join(' ', batch.Select(ShellWord.Quote)));

            output.Split('\0')[..^1].ShouldBe(batch);
        }

        File.Exists(Shells.Canary).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "''")]
    [InlineData("nginx", "'nginx'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData(@"a\", @"'a'\\''")]
    [InlineData("!!", @"''\!''\!''")]
    public void Quote_GivenAText_ShouldPutWhatAnyShellReadsBetweenQuotesOutsideOfThem(string text, string word) =>
        ShellWord.Quote(text).ShouldBe(word);
}
