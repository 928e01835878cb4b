using System.CommandLine;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>run</c>, the default: the daemon.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        Command verb = new("run", "Run the bridge until SIGTERM or SIGINT (the default).");
        Attach(verb);
        return verb;
    }

    /// <summary>Makes the command run the bridge.</summary>
    public static void Attach(Command verb) =>
        verb.SetAction((options, parsed, token) => BridgeHost.RunAsync(options, ConfiguredVerb.SourceOf(parsed), token));
}
