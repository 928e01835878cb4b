namespace SshMqttBridge.Common;

/// <summary>Command lines that a POSIX shell reads, whatever the account's login shell is, for example fish or csh.</summary>
internal static class PosixShell
{
    /// <summary>The command line that runs the script.</summary>
    /// <param name="script">Of one line, since csh has no quoted lines: see <see cref="OneLine"/>.</param>
    /// <param name="words">The script's <c>$1</c> and so on.</param>
    public static string CommandFor(string script, params IReadOnlyList<string> words) =>
        $"sh -c {ShellWord.Quote(script)}" + (words.Count == 0 ? "" : " sh " + string.Join(' ', words.Select(ShellWord.Quote)));

    /// <summary>
    /// Like <see cref="CommandFor"/>, in place of the account's own shell, so that signals reach the script. Restricted shells do
    /// not allow it.
    /// </summary>
    public static string ExecutingCommandFor(string script, params IReadOnlyList<string> words) =>
        "exec " + CommandFor(script, words);

    /// <summary>A script whose lines end in spaces or semicolons, as one line.</summary>
    public static string OneLine(string script) => script.ReplaceLineEndings(" ");
}
