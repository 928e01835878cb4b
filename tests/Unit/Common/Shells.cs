using System.Diagnostics;
using System.Text;

namespace SshMqttBridge.Tests.Unit.Common;

/// <summary>The shells of this machine, and texts that shells read as syntax unless they are quoted.</summary>
public static class Shells
{
    /// <summary>A line of assignments is one argument of a program, of which the kernel takes 128 KiB.</summary>
    public const int ValuesALine = 60;

    /// <summary>A file that exists only if a shell has run one of the <see cref="Pieces"/>.</summary>
    public const string Canary = "/shell-variable-canary";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static IReadOnlyList<string> Pieces { get; } =
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
    public static TheoryData<string> Posix { get; } =
        new(
            ((string[])["/bin/sh", "dash", "bash", "zsh", "ksh", "mksh", "busybox sh"]).Where(shell =>
                shell == "/bin/sh" || Find(shell) is not null
            )
        );

    public static async Task<string> OutputAsync(string shell, string commandLine)
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

    public static string? Find(string shell) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(folder => Path.Combine(folder, shell.Split(' ')[0]))
            .FirstOrDefault(File.Exists);
}
