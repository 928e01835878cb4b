using System.CommandLine;
using System.Text;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration.Reading;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>init</c>: asks four questions, and writes a configuration that works.</summary>
internal static class InitVerb
{
    public static Command Create()
    {
        Command verb = new("init", "Ask four questions, and write a first configuration to FILE.");
        verb.SetAction(
            (parsed, _) => Task.FromResult(Run(ConfiguredVerb.SourceOf(parsed).File, Questions.OnTerminal(), Console.Error))
        );
        return verb;
    }

    /// <summary>Never replaces a file.</summary>
    /// <param name="file">The configuration file, absolute.</param>
    /// <param name="questions">Asks.</param>
    /// <param name="errors">For what went wrong.</param>
    /// <returns>The <see cref="ExitStatus"/>.</returns>
    public static int Run(string file, Questions questions, TextWriter errors)
    {
        if (File.Exists(file))
        {
            errors.WriteLine($"error: {file} exists; remove it, or choose another file with --config");
            return ExitStatus.Usage;
        }

        var folder = Path.GetDirectoryName(file)!;
        try
        {
            var (answers, password) = Ask(questions);
            OwnerOnly.CreateFolder(folder);
            if (password is not null)
            {
                Write(Path.Combine(folder, FirstAnswers.PasswordFile), password + "\n");
            }

            Write(file, answers.ToYaml());
            return Conclude(file, answers, questions, errors);
        }
        catch (EndOfStreamException)
        {
            errors.WriteLine("error: the input ended before all questions were answered; nothing was written");
            return ExitStatus.Usage;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"error: {exception.Message}");
            return ExitStatus.Failure;
        }
    }

    private static (FirstAnswers Answers, string? Password) Ask(Questions questions)
    {
        var broker = questions.Ask<HostAnswer>("MQTT broker, [user@]host[:port]", "localhost", HostAnswer.TryParse);
        var password = broker.User is null ? null : questions.AskSecret($"Password of {broker.User} at the broker");
        var server = questions.Ask<HostAnswer>(
            "SSH server, user@host[:port]",
            null,
            static (string text, out HostAnswer? answer) => HostAnswer.TryParse(text, out answer) && answer.User is not null
        );
        var id = questions.Ask<string>("Name of the server in topics: a-z, 0-9, _ and -", SuggestedId(server.Host), TryParseId);
        var key = questions.Ask<string>(
            "File of the private key, or 'agent' for the keys of the SSH agent",
            SuggestedKey(),
            static (string text, out string? value) => (value = text.Trim()).Length > 0
        );
        return (new FirstAnswers(broker, server, id, key == "agent" ? null : key), password);
    }

    private static int Conclude(string file, FirstAnswers answers, Questions questions, TextWriter errors)
    {
        var loaded = ConfigurationLoader.Load(file, ConfigurationLoader.ProcessEnvironment());
        foreach (var line in loaded.Warnings.Concat(loaded.Faults.Select(fault => fault.ToString())))
        {
            errors.WriteLine($"{file}: {line}");
        }

        questions.Say(
            $"""

            Written: {file}. Next:
              SshMqttBridge check --connect --config {ShellWord.Quote(file)}
              SshMqttBridge --config {ShellWord.Quote(file)}
            And in another terminal:
              mosquitto_sub -v -h {answers.Broker.Host} -t 'ssh/#'
              mosquitto_pub -h {answers.Broker.Host} -t ssh/{answers.ServerId}/exec/set -m uptime
            """
        );
        return loaded.Options is null ? ExitStatus.Usage : ExitStatus.Success;
    }

    private static void Write(string file, string text)
    {
        using FileStream stream = new(file, OwnerOnly.Options(FileMode.CreateNew));
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    private static bool TryParseId(string text, out string? id)
    {
        id = text;
        return text is not ("" or "bridge") && text.Length <= 64 && text.All(IsIdLetter);
    }

    /// <summary>The first label of the host's name.</summary>
    private static string SuggestedId(string host)
    {
        var label = string.Concat(host.Split('.')[0].ToLowerInvariant().Where(IsIdLetter));
        return label.Length == 0 || label.All(char.IsAsciiDigit) || !TryParseId(label, out _) ? "server" : label;
    }

    private static bool IsIdLetter(char letter) =>
        char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-';

    private static string SuggestedKey()
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");
        return Array.Find(["id_ed25519", "id_ecdsa", "id_rsa"], name => File.Exists(Path.Combine(folder, name))) is { } name
            ? "~/.ssh/" + name
            : "agent";
    }
}
