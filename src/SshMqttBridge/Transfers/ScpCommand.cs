using System.Security.Cryptography;
using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>
/// The command lines that a transfer runs on the server. They need <c>scp</c>, and a POSIX <c>sh</c> if the server has one; the
/// account's own shell may be another one, for example fish or csh. Names are separate words of the command line, never part of
/// a script.
/// </summary>
internal sealed class ScpCommand
{
    /// <summary>The exit status of the script of <see cref="Get"/> if the file has changed during the transfer.</summary>
    public const int ChangedStatus = 92;

    // $1 and $2 are the two halves of StartMark. They are separate words so that a server that prints the command line, in an
    // error message for example, does not print the mark. $3 is the destination, $4 the source's name, $5 a unique temporary
    // name.
    // scp runs in the background, so that the shell handles a signal at once and not after scp has ended; scp reads descriptor 3.
    private static readonly string PutScript = PosixShell.OneLine(
        """
        echo "$1$2"; umask 077; d=$3;
        case $d in */) d=$d$4;; *) if [ -d "$d" ]; then d=$d/$4; fi;; esac;
        case $d in */*) t=${d%/*}/$5;; *) t=$5;; esac;
        no() { printf '%s: %s\n' "$1" "$2" >&2; exit 1; };
        if [ ! -d "${t%"$5"}." ]; then no "${d%/*}" 'no such folder'; fi;
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
    private static readonly string GetScript = PosixShell.OneLine(
        $$"""
        echo "$1$2"; f=$3; look() { ls -dnL --full-time "$f" 2>/dev/null || ls -dnL "$f" 2>/dev/null; };
        a=$(look); scp -f "$f"; s=$?;
        if [ $s != 127 ] && [ "$a" != "$(look)" ]; then s={{ChangedStatus}}; fi; exit $s
        """
    );

    private readonly string _script;
    private readonly string[] _words;
    private readonly string _plainProgram;
    private readonly string _plainName;
    private readonly string _sourceName;

    private ScpCommand(string script, string[] names, string plainProgram, string plainName, string sourceName)
    {
        var (firstHalf, secondHalf) = (
            RandomNumberGenerator.GetHexString(16, true),
            RandomNumberGenerator.GetHexString(16, true)
        );
        StartMark = Encoding.ASCII.GetBytes($"{firstHalf}{secondHalf}\n");
        _words = [firstHalf, secondHalf, .. names];
        (_script, _plainProgram, _plainName, _sourceName) = (script, plainProgram, plainName, sourceName);
    }

    /// <summary>
    /// A unique line that the script prints before it runs anything: all output before it is not scp's, and without it no
    /// POSIX shell has read the script.
    /// </summary>
    public ReadOnlyMemory<byte> StartMark { get; }

    /// <summary>
    /// Reads one file from its input and stores it at the destination with mode 0600. On failure it leaves no other file.
    /// </summary>
    /// <exception cref="TransferException">Reason <c>path</c>: the path is invalid.</exception>
    public static ScpCommand Put(string destination, string sourceName)
    {
        var name = RemoteName(destination);
        var temporaryName = $".ssh-mqtt-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.part";
        var plainName = name.EndsWith('/') ? name + sourceName : name;
        return new ScpCommand(PutScript, [name, sourceName, temporaryName], "scp -t", plainName, sourceName);
    }

    /// <summary>Sends one file.</summary>
    /// <exception cref="TransferException">Reason <c>path</c>: the path is invalid.</exception>
    public static ScpCommand Get(string source)
    {
        var name = RemoteName(source);
        return new ScpCommand(GetScript, [name], "scp -f", name, "");
    }

    /// <exception cref="TransferException">Reason <c>remote</c>: the plain form cannot express the name.</exception>
    public string Line(ScpForm form) =>
        form switch
        {
            ScpForm.Exec => PosixShell.ExecutingCommandFor(_script, _words),
            ScpForm.Shell => PosixShell.CommandFor(_script, _words),
            _ => PlainLine(),
        };

    // What reads the line may or may not know quotes, so the name must not need any.
    private string PlainLine()
    {
        if (!_plainName.EnumerateRunes().All(IsPlain))
        {
            throw NotPlain(_plainName, "a name on it may contain only letters, digits and _ . / : + -");
        }
        // It is in the header, where a line end would end it.
        return _sourceName.Any(char.IsControl)
            ? throw NotPlain(_sourceName, "the source's name must not contain control characters")
            : $"{_plainProgram} {_plainName}";
    }

    private static bool IsPlain(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '.' or '/' or ':' or '+' or '-';

    private static TransferException NotPlain(string name, string rule) =>
        new(Reasons.Remote, $"{Printable.Name(name)}: without a POSIX shell on the server, {rule}");

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
