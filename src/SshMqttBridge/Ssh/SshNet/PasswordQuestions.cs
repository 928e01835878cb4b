using System.Text.RegularExpressions;
using Renci.SshNet;
using Renci.SshNet.Common;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>RFC 4256 with one answer: the password, to prompts that hide what is typed.</summary>
internal sealed partial class PasswordQuestions(string user, Secret password, string server)
{
    private const int MaxPrompts = 10;

    private readonly HashSet<string> _answered = [];

    /// <returns>How it ended, and the methods that can go on then.</returns>
    /// <exception cref="SshConnectionException">The server asks for something else than the password.</exception>
    public (AuthenticationResult Result, string[]? Methods) Answer(Session session)
    {
        // Not disposed of: SSH.NET may still be answering on a thread of its own, and would end the process.
#pragma warning disable CA2000
        KeyboardInteractiveAuthenticationMethod method = new(user);
#pragma warning restore CA2000
        method.AuthenticationPrompt += (_, asked) =>
        {
            foreach (var prompt in asked.Prompts)
            {
                prompt.Response = AnswerTo(prompt);
            }
        };
        try
        {
            return (method.Authenticate(session), method.AllowedAuthentications);
        }
        catch (RepeatedPromptException)
        {
            return (AuthenticationResult.Failure, null);
        }
    }

    private string AnswerTo(AuthenticationPrompt prompt)
    {
        var text = prompt.Request.Trim();
        if (prompt.IsEchoed)
        {
            throw Failed($"it asks {Printable.Name(text)}, to which the password is no answer");
        }

        if (PasswordChange().IsMatch(text))
        {
            throw Failed($"it asks for a new password ({Printable.Name(text)}): the old one has expired");
        }

        // The same question again means that the answer was wrong.
        if (!_answered.Add(text))
        {
            throw new RepeatedPromptException();
        }

        return _answered.Count <= MaxPrompts ? password.Reveal() : throw Failed("it does not stop asking");
    }

    // What PAM asks when a password has expired, beginning with the old one.
    [GeneratedRegex(
        @"\bnew\b.*\bpass|\bretype\b|\bre-enter\b|\bcurrent\b",
        RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PasswordChange();

    private SshConnectionException Failed(string why) => new(SshFault.Authentication, $"{server}, keyboard-interactive: {why}");

    private sealed class RepeatedPromptException : Exception;
}
