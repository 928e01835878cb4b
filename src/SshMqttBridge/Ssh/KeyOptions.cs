namespace SshMqttBridge.Ssh;

/// <summary>
/// Reads the debug messages (RFC 4253 §11.3) in which OpenSSH's sshd reports, at login, the options of the key or certificate
/// that it accepted: <c>/home/me/.ssh/authorized_keys:1: key options: agent-forwarding command</c>.
/// </summary>
internal static class KeyOptions
{
    private const string Introduction = "key options:";

    /// <summary>The message of sshd before OpenSSH 7.7.</summary>
    private const string OldMessage = "Forced command";

    /// <summary>Whether the message says that the server runs a command of its own in place of any other.</summary>
    public static bool HasForcedCommand(string message) =>
        message.StartsWith(OldMessage, StringComparison.Ordinal)
        || (
            message.IndexOf(Introduction, StringComparison.Ordinal) is >= 0 and var start
            && message[(start + Introduction.Length)..].Split(' ').Contains("command")
        );
}
