using System.Text.RegularExpressions;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>Prompts of keyboard-interactive authentication (RFC 4256): which of them ask for the password.</summary>
internal static partial class PasswordPrompt
{
    /// <summary>Describes the failure if the server requests a new password in place of an expired one.</summary>
    public const string Expired = "the password has expired; the server requires a new password";

    /// <summary>Describes the failure if a server does not stop sending prompts.</summary>
    public const string TooMany = "the server sends too many prompts";

    /// <summary>Returns why the password is not the answer to a prompt of keyboard-interactive authentication, or null.</summary>
    /// <param name="prompt">Without surrounding white space.</param>
    /// <param name="isEchoed">Whether the server has the answer shown while it is typed.</param>
    public static string? Validate(string prompt, bool isEchoed) =>
        isEchoed ? $"the prompt {Printable.Name(prompt)} does not hide its input, so it does not ask for the password"
        : PasswordChange().IsMatch(prompt) ? $"{Expired} ({Printable.Name(prompt)})"
        : null;

    /// <summary>A failure of keyboard-interactive authentication.</summary>
    public static SshConnectionException Failed(string server, string why) =>
        new(SshFault.Authentication, $"{server}, keyboard-interactive: {why}");

    // PAM's prompts when a password has expired; the first asks for the old one.
    [GeneratedRegex(
        @"\bnew\b.*\bpass|\bretype\b|\bre-enter\b|\bcurrent\b",
        RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PasswordChange();
}
