using System.CommandLine;
using System.Text;
using SshMqttBridge.Client;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Mqtt.MqttNet;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>
/// <c>client</c>, or the program under the name <c>ssh-mqtt</c>: runs a command through the bridge, as ssh does without it. It
/// reads its command line by itself, because options after the server belong to the command on the server.
/// </summary>
internal static class ClientVerb
{
    private const string Name = "client";
    private const string ProgramName = "ssh-mqtt";

    /// <summary>For the help of the program only.</summary>
    public static Command Create()
    {
        Command verb = new(Name, $"Run a command on a server through the bridge; also under the name {ProgramName}.");
        verb.SetAction((_, _) => RunAsync([]));
        return verb;
    }

    /// <summary>The command line of the client; null: the program was called for something else.</summary>
    /// <param name="program">The name under which the program was called.</param>
    public static string[]? ArgumentsOf(string program, string[] arguments) =>
        Path.GetFileName(program) == ProgramName ? arguments
        : arguments is [Name, .. var own] ? own
        : null;

    /// <returns>The exit status: see docs/shell.md.</returns>
    public static async Task<int> RunAsync(string[] words)
    {
        ClientOutput output = new(Console.OpenStandardOutput(), Console.OpenStandardError(), !Console.IsErrorRedirected);
        using ClientSignals signals = new();
        try
        {
            return words is ["--help" or "help"] ? Help(output)
                : ClientArguments.Parse(words) is { } arguments ? await RunAsync(arguments, output, signals.Token)
                : WrongUsage(output);
        }
        catch (ClientException exception)
        {
            output.Warn(exception.Message);
            return exception.ExitStatus;
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return signals.ExitStatus;
        }
    }

    private static int Help(ClientOutput output)
    {
        output.Write(ClientUsage.Text);
        return ClientExitStatus.Success;
    }

    private static int WrongUsage(ClientOutput output)
    {
        output.WriteError(ClientUsage.Text);
        return ClientExitStatus.Usage;
    }

    private static async Task<int> RunAsync(ClientArguments arguments, ClientOutput output, CancellationToken cancelled)
    {
        if (arguments.Verb == "completion")
        {
            output.Write(ShellCompletion.For(arguments.Operands[0]));
            return ClientExitStatus.Success;
        }

        // Not the random numbers of OpenSSL, which would be loaded for them.
        var id = Guid.NewGuid().ToString("N");
        var configured = arguments.ConfigurationFile is { } file ? Configured(file, output) : null;
        var settings = ClientSettings.Read(Environment.GetEnvironmentVariable, configured, id);
        EnsureOpenSsl(settings.Mqtt);
        MqttNetTransport transport = new();
        if (arguments.Verb is "servers" or "actions")
        {
            ServerDirectory directory = new(settings, transport, TimeProvider.System);
            var isServers = arguments.Verb == "servers";
            output.Write(
                await (isServers ? directory.ServersAsync(cancelled) : directory.ActionsAsync(arguments.Operands[0], cancelled))
            );
            return ClientExitStatus.Success;
        }

        var input = arguments is { Verb: "run", ReadsInput: true } ? await ReadInputAsync(cancelled) : null;
        CommandSession session = new(
            ClientRequest.Create(arguments, new TopicScheme(settings.Mqtt.BaseTopic), id, input),
            settings,
            FollowedTopic(arguments, output.IsTerminal),
            transport,
            output,
            TimeProvider.System
        );
        return await session.RunAsync(cancelled);
    }

    private static string? FollowedTopic(ClientArguments arguments, bool isTerminal) =>
        arguments.Verb switch
        {
            "get" or "put" => arguments.ShowsProgress || isTerminal ? "progress" : null,
            _ => arguments.IsLive ? "output" : null,
        };

    private static MqttOptions Configured(string file, ClientOutput output)
    {
        var loaded = ConfigurationLoader.Load(file, ConfigurationLoader.ProcessEnvironment());
        foreach (var fault in loaded.Faults)
        {
            output.Warn(fault.ToString());
        }

        return loaded.Options?.Mqtt ?? throw new ClientException(ClientExitStatus.Usage, $"{file} is not valid");
    }

    /// <summary>Without the library, .NET would end the process.</summary>
    private static void EnsureOpenSsl(MqttOptions options)
    {
        if (options.Tls is null && options.Transport == MqttTransportKind.Tcp)
        {
            return;
        }

        try
        {
            OpenSsl.EnsureLibrary();
        }
        catch (NativeLibraryMissingException exception)
        {
            throw new ClientException(ClientExitStatus.Unavailable, exception.Message);
        }
    }

    /// <returns>Null: standard input is a terminal.</returns>
    private static async Task<string?> ReadInputAsync(CancellationToken cancelled)
    {
        if (!Console.IsInputRedirected)
        {
            return null;
        }

        using MemoryStream input = new();
        // A read of standard input cannot be cancelled.
        await Task.Run(() => Console.OpenStandardInput().CopyTo(input), cancelled).WaitAsync(cancelled);
        return Encoding.UTF8.GetString(input.GetBuffer(), 0, (int)input.Length);
    }
}
