using System.Text.RegularExpressions;
using Renci.SshNet;
using Renci.SshNet.Common;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Keyboard-interactive authentication (RFC 4256) that answers prompts with hidden input with the password.</summary>
internal sealed partial class PasswordQuestions(string user, Secret password, string server)
{
    private const int MaximumPrompts = 10;

    private readonly HashSet<string> _answered = [];

    /// <returns>The result, and the methods that can continue.</returns>
    /// <exception cref="SshConnectionException">The server asks for something other than the password.</exception>
    public (AuthenticationResult Result, string[]? Methods) Answer(Session session)
    {
        // Not disposed of: SSH.NET may still answer on another thread, and the exception there would end the process.
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
            throw Failed($"the prompt {Printable.Name(text)} does not hide its input, so it does not ask for the password");
        }

        if (PasswordChange().IsMatch(text))
        {
            throw Failed($"the password has expired; the server requires a new password ({Printable.Name(text)})");
        }

        // A repeated prompt means that the password was wrong.
        if (!_answered.Add(text))
        {
            throw new RepeatedPromptException();
        }

        return _answered.Count <= MaximumPrompts ? password.Reveal() : throw Failed("the server sends too many prompts");
    }

    // PAM's prompts when a password has expired; the first asks for the old one.
    [GeneratedRegex(
        @"\bnew\b.*\bpass|\bretype\b|\bre-enter\b|\bcurrent\b",
        RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex PasswordChange();

    private SshConnectionException Failed(string why) => new(SshFault.Authentication, $"{server}, keyboard-interactive: {why}");

    private sealed class RepeatedPromptException : Exception;
}
