using System.Diagnostics;
using FsCheck.Fluent;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Tests.Unit.Transfers;

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

        using var shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", script]) { UseShellExecute = false, RedirectStandardOutput = true }
        )!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();

        output.Split('\0')[..^1].ShouldBe(words);
    }
}
