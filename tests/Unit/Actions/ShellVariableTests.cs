using System.Diagnostics;
using System.Text;
using FsCheck.Fluent;
using SshMqttBridge.Actions;

namespace SshMqttBridge.Tests.Unit.Actions;

/// <summary>
/// Any argument comes out of a real shell byte for byte, and never as syntax. Each shell that this machine has is asked;
/// /bin/sh must be there.
/// </summary>
public sealed class ShellVariableTests
{
    /// <summary>A line of assignments is one argument of a program, of which the kernel takes 128 KiB.</summary>
    private const int ValuesALine = 60;

    private const string Canary = "/shell-variable-canary";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly string[] Pieces =
    [
        "'",
        "''",
        "\"",
        "\\",
        "\\\\",
        "\\'",
        "$",
        "$x",
        "${x}",
        "`",
        "`touch " + Canary + "`",
        "$(touch " + Canary + ")",
        "'; touch " + Canary + "; '",
        "'\\''",
        "!",
        "!!",
        "!1",
        "^a^b",
        " ",
        "  ",
        "*",
        "?",
        "[a-z]",
        "~",
        "~root",
        "-",
        "--",
        "-rf",
        "#",
        ";",
        "&",
        "&&",
        "|",
        "<",
        ">",
        "(",
        ")",
        "{a,b}",
        "%",
        "%s",
        "=",
        ":",
        "/",
        "a",
        "Z",
        "0",
        "é",
        "☃",
        "😀",
        "\u00A0",
        "\u2028",
        "\u202E",
        "\uFEFF",
        "nginx",
    ];

    /// <summary>How each shell is given a command, as sshd does: SHELL -c.</summary>
    public static TheoryData<string> PosixShells { get; } =
        new(
            ((string[])["/bin/sh", "dash", "bash", "zsh", "ksh", "mksh", "busybox sh"]).Where(shell =>
                shell == "/bin/sh" || Find(shell) is not null
            )
        );

    [Theory]
    [MemberData(nameof(PosixShells))]
    public async Task Prefix_GivenAnyValues_ShouldGiveThemToARealShellByteForByte(string shell)
    {
        var some = Gen.Elements(Pieces).ArrayOf().Select(string.Concat).Sample(600, 30);
        var any = Gen.Choose(0x20, 0x2FFF)
            .Where(code => !char.IsControl((char)code))
            .Select(code => (char)code)
            .ArrayOf()
            .Select(characters => new string(characters))
            .Sample(600, 30);
        string[] values = ["", .. Pieces, .. Pieces.Select(piece => piece + piece), .. some, .. any];

        foreach (var batch in values.Chunk(ValuesALine))
        {
            var names = batch.Select((_, index) => $"v{index}").ToArray();
            var template = "printf '%s\\0' " + string.Join(' ', names.Select(name => $"\"${name}\""));

            var output = await OutputAsync(shell, ShellVariable.Prefix(template, names.Zip(batch)));

            output.Split('\0')[..^1].ShouldBe(batch);
        }

        File.Exists(Canary).ShouldBeFalse();
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
        if (Find(shell) is null)
        {
            return; // Not on this machine.
        }

        foreach (var batch in Gen.Elements(Pieces).ArrayOf().Select(string.Concat).Sample(200, 300).Chunk(ValuesALine))
        {
            var output = await OutputAsync(shell, "printf '%s\\0' " + string.Join(' ', batch.Select(ShellVariable.Quote)));

            output.Split('\0')[..^1].ShouldBe(batch);
        }

        File.Exists(Canary).ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "''")]
    [InlineData("nginx", "'nginx'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData(@"a\", @"'a'\\''")]
    [InlineData("!!", @"''\!''\!''")]
    public void Quote_GivenAText_ShouldPutWhatAnyShellReadsBetweenQuotesOutsideOfThem(string text, string word) =>
        ShellVariable.Quote(text).ShouldBe(word);

    [Fact]
    public void Prefix_GivenNoValues_ShouldLeaveTheCommandAsItIs() =>
        ShellVariable.Prefix("uptime # 'x", []).ShouldBe("uptime # 'x");

    [Fact]
    public void Prefix_GivenValues_ShouldSetThemFirst() =>
        ShellVariable
            .Prefix("systemctl restart \"$service\"", [("service", "nginx"), ("wait", "5")])
            .ShouldBe("service='nginx'; wait='5'; systemctl restart \"$service\"");

    [Theory]
    [InlineData("service")]
    [InlineData("s")]
    [InlineData("a1_b")]
    public void Wrong_GivenAName_ShouldLetItThrough(string name) => ShellVariableName.Validate(name).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("Service")]
    [InlineData("1a")]
    [InlineData("_a")]
    [InlineData("a-b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("é")]
    [InlineData("path")]
    [InlineData("status")]
    [InlineData("argv")]
    [InlineData("histchars")]
    [InlineData("home")]
    [InlineData("dis_aliases")]
    [InlineData("PATH")]
    public void Wrong_GivenWhatIsNoNameOrAShellsOwn_ShouldRefuseIt(string name) =>
        ShellVariableName.Validate(name).ShouldNotBeNull();

    private static async Task<string> OutputAsync(string shell, string commandLine)
    {
        var words = shell.Split(' ');
        using var process = Process.Start(
            new ProcessStartInfo(words[0], [.. words[1..], "-c", commandLine])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        // Not by a reader: it would take away what looks like a byte order mark.
        using MemoryStream output = new();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        return Utf8.GetString(output.ToArray());
    }

    private static string? Find(string shell) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(folder => Path.Combine(folder, shell.Split(' ')[0]))
            .FirstOrDefault(File.Exists);
}
