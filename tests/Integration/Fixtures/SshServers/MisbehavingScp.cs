namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>
/// A program called <c>scp</c> that an SSH server runs instead of the real one. Its fault is named in the last part of the
/// file's name; everything else is passed to the real one.
/// </summary>
internal static class MisbehavingScp
{
    /// <summary>Lines for sshd_config that put it in front of the real one.</summary>
    public static string Install(TemporaryFolder folder)
    {
        var path = folder.Write("bin/scp", Script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return $"ForceCommand PATH={folder["bin"]}:$PATH; eval \"$SSH_ORIGINAL_COMMAND\"";
    }

    // head takes one byte and no more; printf knows octal.
    private const string Script = """
        #!/bin/sh
        answer() { head -c 1 >/dev/null; }
        one() { answer; printf 'C0644 5 %s\n' "$1"; answer; printf '12345\000'; answer; }
        case $1$2 in
        -f*more-files) one first; printf 'C0644 5 second\n'; answer; printf '12345\000'; answer;;
        -f*folder) answer; printf 'D0755 0 folder\n'; answer; printf 'C0644 5 inside\n'; answer; printf '12345\000E\n'; answer;;
        -f*other-name) one ../escaped;;
        -f*absolute-name) one /tmp/escaped;;
        -f*longer) answer; printf 'C0644 5 name\n'; answer; printf '1234567890\000'; answer;;
        -f*shorter) answer; printf 'C0644 10 name\n'; answer; printf '12345';;
        -f*negative) answer; printf 'C0644 -5 name\n'; answer; printf '12345\000'; answer;;
        -f*enormous) answer; printf 'C0644 99999999999999999999999999 name\n'; answer; printf '12345\000'; answer;;
        -f*more-than-disks) answer; printf 'C0644 9223372036854775807 name\n'; answer; printf '12345';;
        -f*junk) printf 'Welcome to \033[31mthis\007 server!\n'; answer;;
        -f*endless-line) answer; printf 'C0644 5 '; head -c 1000000 /dev/zero | tr '\000' x; answer;;
        -f*nothing) ;;
        -f*empty-name) one '';;
        -f*only-end) answer; printf 'E\n'; answer;;
        -f*times-twice) answer; for i in 1 2; do printf 'T1 0 1 0\n'; answer; done; printf 'C0644 5 name\n'; answer; printf '12345\000';;
        -f*negative-times) answer; printf 'T-1 0 -1 0\n'; answer; printf 'C0644 5 name\n'; answer; printf '12345\000';;
        -f*too-large) answer; printf 'C0644 9223372036854775808 name\n'; answer; printf '12345\000';;
        -f*signed) answer; printf 'C0644 +5 name\n'; answer; printf '12345\000';;
        -f*no-octal) answer; printf 'C0898 5 name\n'; answer; printf '12345\000';;
        -f*no-mode) answer; printf 'C 5 name\n'; answer; printf '12345\000';;
        -f*five-digits) answer; printf 'C107777 5 name\n'; answer; printf '12345\000';;
        -f*without-end) answer; printf 'C0644 5 name\n'; answer; printf '12345';;
        -f*error-in-the-end) answer; printf 'C0644 5 name\n'; answer; printf '12345\001scp: name: Input/output error\n'; exit 1;;
        -f*folder-up) answer; printf 'D0755 0 ..\n'; answer; printf 'C0644 5 escaped\n'; answer; printf '12345\000E\n'; answer;;
        -f*next-file) one first; printf 'C0644 5 ../escaped\n'; answer; printf '12345\000'; answer;;
        -f*escapes) answer; printf '\001scp: \033[2J\033]0;title\007\302\233\342\200\256error\n'; exit 1;;
        -f*endless-error) answer; printf '\001scp: '; head -c 5000000 /dev/zero | tr '\000' x; exit 1;;
        -f*endless-stderr) answer; head -c 5000000 /dev/zero | tr '\000' x >&2; exit 1;;
        -f*half-an-error) answer; printf '\001scp: half an error'; exit 1;;
        -f*dot) one .;;
        -f*dots) one ..;;
        -f*control-name) one "$(printf 'a\033[2J\rb')";;
        -f*long-name) one "$(head -c 4000 /dev/zero | tr '\000' n)";;
        -f*setuid) answer; printf 'T0 0 0 0\n'; answer; printf 'C7777 5 name\n'; answer; printf '12345\000'; answer;;
        -f*no-access) answer; printf 'C0000 5 name\n'; answer; printf '12345\000'; answer;;
        -f*fails) answer; printf '\001scp: it is on fire\n'; exit 1;;
        -f*afterwards) one name; exit 9;;
        -t*refuses) printf '\002scp: no more of you\n'; exit 1;;
        -t*junk) printf 'Welcome!\n'; exit 0;;
        -t*leaves) printf '\000'; head -n 1 >/dev/null; exit 0;;
        -t*fatal) printf '\000'; head -n 1 >/dev/null; printf '\002\033[2Jfatal\n'; exit 1;;
        -t*closes) exit 0;;
        -t*closes-late) printf '\000'; head -n 1 >/dev/null; printf '\000'; head -c 6 >/dev/null; exit 0;;
        -t*too-many) printf '\000'; head -n 1 >/dev/null; printf '\000'; head -c 6 >/dev/null; printf '\000\000\000';;
        -t*letter) printf '\000'; head -n 1 >/dev/null; printf 'A';;
        -t*endless) printf '\000'; head -n 1 >/dev/null; printf '\001'; head -c 5000000 /dev/zero | tr '\000' x;;
        -t*lies) printf '\000'; head -n 1 >/dev/null; printf '\000'; head -c 6 >/dev/null; printf '\001scp: disk quota exceeded\n'; exit 1;;
        *) for real in /usr/bin/scp /usr/local/bin/scp /bin/scp; do [ ! -x "$real" ] || exec "$real" "$@"; done; exit 127;;
        esac

        """;
}
