using System.CommandLine;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;
using SshMqttBridge.Mqtt.MqttNet;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>The command line: <c>run</c> (the default), <c>check</c>, <c>trust</c>, <c>history</c>, <c>health</c>, <c>demo</c>, <c>schema</c>.</summary>
internal static class BridgeCommandLine
{
    private const string DefaultFile = "config/bridge.yaml";

    /// <summary>Does what the arguments say and returns the <see cref="ExitStatus"/>.</summary>
    public static async Task<int> InvokeAsync(string[] arguments)
    {
        var config = new Option<string>("--config")
        {
            Description = "The configuration file.",
            HelpName = "FILE",
            DefaultValueFactory = _ => DefaultFile,
            Recursive = true,
        };
        var connect = new Option<bool>("--connect") { Description = "Also try the broker and every server." };
        var id = new Argument<string>("id") { Description = "The server's id in the configuration." };

        var run = new Command("run", "Run the bridge until SIGTERM or SIGINT (the default).");
        var check = new Command("check", "Check the configuration.") { connect };
        var trust = new Command("trust", "Fetch, show and store a server's host key.") { id };
        var historyId = new Argument<string?>("id")
        {
            Description = "One server's id; none: all servers.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var last = new Option<int>("--last")
        {
            Description = "How many commands at the most.",
            HelpName = "N",
            DefaultValueFactory = _ => HistoryVerb.DefaultCount,
        };
        last.Validators.Add(given =>
        {
            if (given.Tokens is [{ Value: var text }] && !(int.TryParse(text, out var count) && count > 0))
            {
                given.AddError("--last must be a whole number from 1.");
            }
        });
        var history = new Command("history", "Show what ran lately, whether the bridge runs or not.") { historyId, last };
        var health = new Command("health", "Ask the broker whether the bridge is online; for health checks of containers.");
        var port = new Option<int?>("--port") { Description = "The broker's port; default: a free one.", HelpName = "N" };
        port.Validators.Add(given =>
        {
            if (given.Tokens is [{ Value: var text }] && !(int.TryParse(text, out var number) && number is >= 1 and <= 65535))
            {
                given.AddError("--port must be a whole number from 1 to 65535.");
            }
        });
        var demo = new Command("demo", "Try it: run the bridge with a broker and a server of its own, without any configuration.")
        {
            port,
        };
        var schema = new Command("schema", "Print the JSON Schema of the configuration, for editors.");
        var root = new RootCommand(
            "Gives every SSH server a set of MQTT topics: run commands, move files, see whether it is there."
        )
        {
            config,
            run,
            check,
            trust,
            history,
            health,
            demo,
            schema,
        };

        root.SetAction(
            (parsed, token) => WithConfigurationAsync(parsed.GetValue(config)!, options => BridgeHost.RunAsync(options, token))
        );
        run.SetAction(
            (parsed, token) => WithConfigurationAsync(parsed.GetValue(config)!, options => BridgeHost.RunAsync(options, token))
        );
        check.SetAction(
            (parsed, token) =>
                WithConfigurationAsync(
                    parsed.GetValue(config)!,
                    options => CheckVerb.RunAsync(options, parsed.GetValue(connect), token)
                )
        );
        trust.SetAction(
            (parsed, token) =>
                WithConfigurationAsync(
                    parsed.GetValue(config)!,
                    options => TrustVerb.RunAsync(options, parsed.GetValue(id)!, token)
                )
        );

        history.SetAction(
            (parsed, _) =>
                WithConfigurationAsync(
                    parsed.GetValue(config)!,
                    options =>
                        Task.FromResult(
                            HistoryVerb.Run(
                                options,
                                parsed.GetValue(historyId),
                                parsed.GetValue(last),
                                Console.Out,
                                Console.Error
                            )
                        )
                )
        );

        health.SetAction(
            (parsed, token) =>
                WithConfigurationAsync(
                    parsed.GetValue(config)!,
                    options => HealthVerb.RunAsync(options, new MqttNetTransport(), token)
                )
        );

        demo.SetAction((parsed, _) => WithLibrariesAsync([], () => DemoVerb.RunAsync(parsed.GetValue(port))));
        schema.SetAction((_, _) => SchemaVerb.RunAsync(Console.Out));

        var result = root.Parse(arguments);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync("See 'SshMqttBridge --help'.");
            return ExitStatus.Usage;
        }

        // The host handles signals; a second handler here would end the process before it has said goodbye.
        return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> WithConfigurationAsync(string file, Func<BridgeOptions, Task<int>> action)
    {
        var loaded = ConfigurationLoader.Load(file, ConfigurationLoader.ProcessEnvironment());
        foreach (var warning in loaded.Warnings)
        {
            await Console.Error.WriteLineAsync($"warning: {warning}");
        }

        if (loaded.Options is not { } options)
        {
            foreach (var fault in loaded.Faults)
            {
                await Console.Error.WriteLineAsync($"error: {fault}");
            }

            return ExitStatus.Usage;
        }

        return await WithLibrariesAsync(options.Servers, () => action(options));
    }

    private static async Task<int> WithLibrariesAsync(IReadOnlyList<ServerOptions> servers, Func<Task<int>> action)
    {
        try
        {
            OpenSsl.EnsureLibrary();
            SshTransports.EnsureLibraries(servers);
        }
        catch (NativeLibraryMissingException exception)
        {
            await Console.Error.WriteLineAsync($"error: {exception.Message}");
            return ExitStatus.Failure;
        }

        return await action();
    }
}
