using System.CommandLine;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>completion SHELL</c>: prints a script that completes the program's command line in a shell.</summary>
internal static class CompletionVerb
{
    /// <summary>The shells, by the names of their programs.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong([.. Shells]);
        Command verb = new("completion", "Print a script that completes verbs and options in a shell.") { shell };
        verb.SetAction(
            async (parsed, _) =>
            {
                var root = (RootCommand)parsed.RootCommandResult.Command;
                await Console.Out.WriteAsync(VerbCompletion.For(parsed.GetValue(shell)!, root));
                return ExitStatus.Success;
            }
        );
        return verb;
    }
}
