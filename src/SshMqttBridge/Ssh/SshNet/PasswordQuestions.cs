using Renci.SshNet;
using Renci.SshNet.Common;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>Keyboard-interactive authentication (RFC 4256) that answers prompts with hidden input with the password.</summary>
internal sealed class PasswordQuestions(string user, Secret password, string server)
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
        if (PasswordPrompt.Validate(text, prompt.IsEchoed) is { } problem)
        {
            throw PasswordPrompt.Failed(server, problem);
        }

        // A repeated prompt means that the password was wrong.
        if (!_answered.Add(text))
        {
            throw new RepeatedPromptException();
        }

        return _answered.Count <= MaximumPrompts
            ? password.Reveal()
            : throw PasswordPrompt.Failed(server, PasswordPrompt.TooMany);
    }

    private sealed class RepeatedPromptException : Exception;
}
