using System.CommandLine;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>The command line: <c>run</c> (the default) and the other verbs.</summary>
internal static class BridgeCommandLine
{
    /// <summary>Runs the verb that the arguments name.</summary>
    /// <returns>The <see cref="ExitStatus"/>, or that of the client.</returns>
    public static Task<int> InvokeAsync(string[] arguments) =>
        ClientVerb.ArgumentsOf(Environment.GetCommandLineArgs()[0], arguments) is { } own
            ? ClientVerb.RunAsync(own)
            : InvokeVerbAsync(arguments);

    private static async Task<int> InvokeVerbAsync(string[] arguments)
    {
        var result = CreateRoot().Parse(arguments);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync("See 'SshMqttBridge --help'.");
            return ExitStatus.Usage;
        }

        // The host handles signals. A second handler would end the process before the bridge has shut down.
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>The definitions of all verbs and options.</summary>
    public static RootCommand CreateRoot()
    {
        RootCommand root = new("Bridges SSH servers to MQTT: run commands, copy files and watch connections through topics.")
        {
            ConfiguredVerb.Option,
            RunVerb.Create(),
            InitVerb.Create(),
            CheckVerb.Create(),
            TrustVerb.Create(),
            HistoryVerb.Create(),
            HealthVerb.Create(),
            SchemaVerb.Create(),
            DemoVerb.Create(),
            ClientVerb.Create(),
            CompletionVerb.Create(),
            ManualVerb.Create(),
        };
        RunVerb.Attach(root);
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        return root;
    }
}
