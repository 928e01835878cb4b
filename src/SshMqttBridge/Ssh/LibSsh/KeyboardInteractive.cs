using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>RFC 4256 with one answer: the password, to prompts that hide what is typed.</summary>
internal sealed partial class KeyboardInteractive(Handshake handshake, byte[] user, byte[] password)
{
    private const int MaxRounds = 10;

    /// <returns>How it ended.</returns>
    /// <exception cref="SshConnectionException">The server asks for something else than the password.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        HashSet<string> answered = [];
        for (var round = 0; round < MaxRounds; round++)
        {
            var result = await handshake.RepeatAsync(
                () => NativeMethods.UserAuthKeyboardInteractive(handshake.Session, user, 0),
                NativeMethods.AuthAgain,
                cancellationToken
            );
            if (result == NativeMethods.AuthError)
            {
                throw handshake.LoginFailed();
            }

            if (result != NativeMethods.AuthInfo)
            {
                return result;
            }

            // The same question again means that the answer was wrong.
            var prompts = ReadPrompts();
            if (prompts.Any(answered.Contains))
            {
                return NativeMethods.AuthDenied;
            }

            answered.UnionWith(prompts);
            for (uint index = 0; index < prompts.Count; index++)
            {
                _ = NativeMethods.UserAuthKeyboardInteractiveSetAnswer(handshake.Session, index, password);
            }
        }

        throw Failed("it does not stop asking");
    }

    private List<string> ReadPrompts()
    {
        List<string> prompts = [];
        var count = NativeMethods.UserAuthKeyboardInteractiveGetPromptCount(handshake.Session);
        for (uint index = 0; index < count; index++)
        {
            var text = NativeMethods.UserAuthKeyboardInteractiveGetPrompt(handshake.Session, index, out var echo);
            var prompt = Marshal.PtrToStringUTF8(text)?.Trim() ?? "";
            if (echo != 0)
            {
                throw Failed($"it asks {Printable.Name(prompt)}, to which the password is no answer");
            }

            if (PasswordChange().IsMatch(prompt))
            {
                throw Failed($"it asks for a new password ({Printable.Name(prompt)}): the old one has expired");
            }

            prompts.Add(prompt);
        }

        return prompts;
    }

    // What PAM asks when a password has expired, beginning with the old one.
    [GeneratedRegex(
        @"\bnew\b.*\bpass|\bretype\b|\bre-enter\b|\bcurrent\b",
        RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PasswordChange();

    private SshConnectionException Failed(string why) =>
        new(SshFault.Authentication, $"{handshake.Server}, keyboard-interactive: {why}");
}
