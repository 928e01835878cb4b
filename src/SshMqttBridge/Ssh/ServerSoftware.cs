namespace SshMqttBridge.Ssh;

/// <summary>
/// What is known about SSH servers by their identification string (RFC 4253 §4.2), for example <c>SSH-2.0-OpenSSH_9.2p1</c>.
/// </summary>
internal static class ServerSoftware
{
    /// <summary>Dropbear, the server of small devices.</summary>
    public static bool IsDropbear(string? version) => version?.Contains("-dropbear", StringComparison.Ordinal) == true;

    /// <summary>
    /// OpenSSH for Windows. Its shell is usually cmd.exe or PowerShell, which take parts of a POSIX script for commands and
    /// redirections, and whose error messages depend on the language of the system.
    /// </summary>
    public static bool IsWindows(string? version) =>
        version?.Contains("-OpenSSH", StringComparison.Ordinal) == true && version.Contains("Windows", StringComparison.Ordinal);

    /// <summary>
    /// Whether each connection has a process of its own on a Unix-like system, so that all descendants of that process belong to
    /// the connection. Others, for example servers written in Go or Python, may serve all their connections in one process.
    /// </summary>
    public static bool HasProcessPerConnection(string? version) =>
        version is not null
        && (
            IsDropbear(version)
            || version.Contains("-tinyssh", StringComparison.Ordinal)
            || version.Contains("-Sun_SSH", StringComparison.Ordinal)
            || (version.Contains("-OpenSSH", StringComparison.Ordinal) && !IsWindows(version))
        );

    /// <summary>
    /// Whether a signal reaches only the command's shell and not its children. The server then also reports the end of the
    /// command when its children are still running.
    /// </summary>
    public static bool SignalsOnlyShell(string? version) => IsDropbear(version);
}
