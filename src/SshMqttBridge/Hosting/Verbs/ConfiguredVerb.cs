using System.CommandLine;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>Runs a verb that needs the configuration, the native libraries, or both.</summary>
internal static class ConfiguredVerb
{
    private const string DefaultFile = "config/bridge.yaml";

    /// <summary><c>--config FILE</c>, which all verbs accept.</summary>
    public static Option<string> Option { get; } =
        new("--config")
        {
            Description = "The configuration file.",
            HelpName = "FILE",
            DefaultValueFactory = _ => DefaultFile,
            Recursive = true,
        };

    /// <summary>
    /// Makes the verb load the configuration first. If it is invalid, the verb prints all faults and ends with
    /// <see cref="ExitStatus.Usage"/>.
    /// </summary>
    public static void SetAction(this Command verb, Func<BridgeOptions, ParseResult, CancellationToken, Task<int>> action) =>
        verb.SetAction((parsed, token) => WithConfigurationAsync(parsed, options => action(options, parsed, token)));

    /// <summary>Checks that the native libraries are installed, then runs the action.</summary>
    /// <param name="servers">The servers that will be connected to.</param>
    /// <param name="action">The verb.</param>
    public static async Task<int> WithLibrariesAsync(IReadOnlyList<ServerOptions> servers, Func<Task<int>> action)
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

    /// <summary>Where the configuration of a verb comes from.</summary>
    public static ConfigurationSource SourceOf(ParseResult parsed) => new(Path.GetFullPath(parsed.GetValue(Option)!));

    private static async Task<int> WithConfigurationAsync(ParseResult parsed, Func<BridgeOptions, Task<int>> action)
    {
        var loaded = SourceOf(parsed).Load();
        foreach (var warning in loaded.Warnings)
        {
            await Console.Error.WriteLineAsync($"warning: {warning}");
        }

        if (loaded.Options is { } options)
        {
            return await WithLibrariesAsync(options.Servers, () => action(options));
        }

        foreach (var fault in loaded.Faults)
        {
            await Console.Error.WriteLineAsync($"error: {fault}");
        }

        return ExitStatus.Usage;
    }
}
