using System.Runtime.InteropServices;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>Keyboard-interactive authentication (RFC 4256) that answers prompts with hidden input with the password.</summary>
internal sealed class KeyboardInteractive(Handshake handshake, byte[] user, byte[] password)
{
    private const int MaximumRounds = 10;

    /// <returns>The result.</returns>
    /// <exception cref="SshConnectionException">The server asks for something other than the password.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        HashSet<string> answered = [];
        for (var round = 0; round < MaximumRounds; round++)
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

            // A repeated prompt means that the password was wrong.
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

        throw PasswordPrompt.Failed(handshake.Server, PasswordPrompt.TooMany);
    }

    private List<string> ReadPrompts()
    {
        List<string> prompts = [];
        var count = NativeMethods.UserAuthKeyboardInteractiveGetPromptCount(handshake.Session);
        for (uint index = 0; index < count; index++)
        {
            var text = NativeMethods.UserAuthKeyboardInteractiveGetPrompt(handshake.Session, index, out var echo);
            var prompt = Marshal.PtrToStringUTF8(text)?.Trim() ?? "";
            if (PasswordPrompt.Validate(prompt, isEchoed: echo != 0) is { } problem)
            {
                throw PasswordPrompt.Failed(handshake.Server, problem);
            }

            prompts.Add(prompt);
        }

        return prompts;
    }
}
