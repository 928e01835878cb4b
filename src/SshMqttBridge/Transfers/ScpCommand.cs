using System.Security.Cryptography;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>
/// The command lines that transfers run on the server, which needs <c>scp</c> and a POSIX <c>sh</c> there; the account's own
/// shell may be another one, for example fish or csh. Names are separate words of the command line, never part of a
/// script.
/// </summary>
internal static class ScpCommand
{
    /// <summary>The exit status of the script of <see cref="Get"/> if the file has changed during the transfer.</summary>
    public const int ChangedStatus = 92;

    // $1 is the destination, $2 the source's name, $3 a unique temporary name.
    // scp runs in the background, so that the shell handles a signal at once and not after scp has ended; scp reads descriptor 3.
    private static readonly string PutScript = OneLine(
        """
        umask 077; d=$1;
        case $d in */) d=$d$2;; *) if [ -d "$d" ]; then d=$d/$2; fi;; esac;
        case $d in */*) t=${d%/*}/$3;; *) t=$3;; esac;
        no() { printf '%s: %s\n' "$1" "$2" >&2; exit 1; };
        if [ ! -d "${t%"$3"}." ]; then no "${d%/*}" 'no such folder'; fi;
        if [ -d "$d" ]; then no "$d" 'is a folder'; fi;
        if [ -e "$d" ] && [ ! -f "$d" ]; then no "$d" 'is not a regular file'; fi;
        trap 'kill -9 $! 2>/dev/null; wait; rm -f "$t"; exit 1' HUP INT PIPE TERM;
        exec 3<&0; scp -t "$t" <&3 3<&- & wait $!; s=$?;
        trap 'rm -f "$t"; exit 1' HUP INT PIPE TERM;
        if [ $s = 0 ] && [ ! -d "$d" ] && chmod 600 "$t" && mv -f "$t" "$d"; then exit 0; fi;
        rm -f "$t"; if [ $s = 0 ]; then s=1; fi; exit $s
        """
    );

    // scp sends the announced size also if the file grows, and zeros if it shrinks. The script compares size and time of
    // modification;
    // --full-time is more precise, where ls supports it.
    private static readonly string GetScript = OneLine(
        $$"""
        f=$1; look() { ls -dnL --full-time "$f" 2>/dev/null || ls -dnL "$f" 2>/dev/null; };
        a=$(look); scp -f "$f"; s=$?;
        if [ $s != 127 ] && [ "$a" != "$(look)" ]; then s={{ChangedStatus}}; fi; exit $s
        """
    );

    /// <summary>
    /// Reads one file from its input and stores it at the destination with mode 0600. On failure it leaves no other file.
    /// </summary>
    /// <exception cref="TransferException">Reason <c>path</c>: the path is invalid.</exception>
    public static string Put(string destination, string sourceName) =>
        Script(
            PutScript,
            RemoteName(destination),
            sourceName,
            $".ssh-mqtt-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.part"
        );

    /// <summary>Sends one file.</summary>
    /// <exception cref="TransferException">Reason <c>path</c>: the path is invalid.</exception>
    public static string Get(string source) => Script(GetScript, RemoteName(source));

    /// <summary>csh, for example, allows no line end in quotes.</summary>
    private static string OneLine(string script) => script.ReplaceLineEndings(" ");

    private static string Script(string script, params ReadOnlySpan<string> words)
    {
        var command = $"exec sh -c {ShellWord.Quote(script)} sh";
        foreach (var word in words)
        {
            command += " " + ShellWord.Quote(word);
        }
        return command;
    }

    /// <summary>
    /// A command starts in the account's home, so <c>~/</c> is removed; a leading dash must not turn the name into an option.
    /// </summary>
    private static string RemoteName(string path)
    {
        LocalPath.ThrowIfInvalid(path);
        var name =
            path is "~" or "~/" ? "./"
            : path.StartsWith("~/", StringComparison.Ordinal) ? path[2..]
            : path;
        return name.StartsWith('-') ? "./" + name : name;
    }
}
