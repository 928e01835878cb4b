namespace SshMqttBridge.Common;

/// <summary>Command lines that a POSIX shell reads, whatever the account's login shell is, for example fish or csh.</summary>
internal static class PosixShell
{
    /// <summary>The command line with which any login shell runs the script; it does not outlive this command line.</summary>
    /// <param name="script">Of one line, since csh has no quoted lines.</param>
    public static string CommandLineFor(string script) => "exec sh -c " + ShellWord.Quote(script);
}
