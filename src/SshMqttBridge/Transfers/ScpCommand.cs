using System.Security.Cryptography;

namespace SshMqttBridge.Transfers;

/// <summary>
/// The command lines that transfers run on the server, which needs <c>scp</c> and a POSIX <c>sh</c> there; the account's own shell may be any that
/// knows single quotes as <c>sh</c> does. Names are separate words of it, never part of a script.
/// </summary>
internal static class ScpCommand
{
    /// <summary>The status that the script of <see cref="Get"/> ends with when the file changed meanwhile.</summary>
    public const int ChangedStatus = 92;

    // $1 is the destination, $2 the source's name, $3 a name that nobody else has.
    // scp runs in the background, so that a signal is obeyed at once and not when scp has ended; there it gets its input as descriptor 3.
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

    // scp sends what it announced also when the file grows, and zeros when it shrinks. Its size and time of modification before and after tell;
    // --full-time is more exact where ls knows it.
    private static readonly string GetScript = OneLine(
        $$"""
        f=$1; look() { ls -dnL --full-time "$f" 2>/dev/null || ls -dnL "$f" 2>/dev/null; };
        a=$(look); scp -f "$f"; s=$?;
        if [ $s != 127 ] && [ "$a" != "$(look)" ]; then s={{ChangedStatus}}; fi; exit $s
        """
    );

    /// <summary>Takes one file on its input and puts it, with mode 0600, where the destination says; whatever happens, nothing else stays.</summary>
    /// <exception cref="TransferException">Reason <c>path</c>: a name no file can have.</exception>
    public static string Put(string destination, string sourceName) =>
        Script(
            PutScript,
            RemoteName(destination),
            sourceName,
            $".ssh-mqtt-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.part"
        );

    /// <summary>Sends one file.</summary>
    /// <exception cref="TransferException">Reason <c>path</c>: a name no file can have.</exception>
    public static string Get(string source) => Script(GetScript, RemoteName(source));

    /// <summary>csh, for one, takes no line end inside of quotes.</summary>
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

    /// <summary>A command starts in the account's home, so <c>~/</c> can be left out; a dash in front must not make the name an option.</summary>
    private static string RemoteName(string path)
    {
        LocalPath.RefuseWhatNoFileIsCalled(path);
        var name =
            path is "~" or "~/" ? "./"
            : path.StartsWith("~/", StringComparison.Ordinal) ? path[2..]
            : path;
        return name.StartsWith('-') ? "./" + name : name;
    }
}
