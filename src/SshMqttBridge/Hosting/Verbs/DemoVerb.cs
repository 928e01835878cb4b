using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using SshMqttBridge.Hosting.Demo;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>demo</c>: the bridge with a private broker and SSH server, without any configuration.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var port = new Option<int?>("--port") { Description = "The broker's port. Default: a free one.", HelpName = "N" }.Within(
            1,
            IPEndPoint.MaxPort
        );
        Command verb = new("demo", "Run the bridge with a private broker and SSH server, without any configuration.") { port };
        verb.SetAction((parsed, _) => ConfiguredVerb.WithLibrariesAsync([], () => RunAsync(parsed.GetValue(port))));
        return verb;
    }

    /// <summary>Runs until SIGINT, SIGTERM, SIGQUIT or SIGHUP.</summary>
    /// <param name="port">The broker's; null: a free one.</param>
    public static async Task<int> RunAsync(int? port)
    {
        using CancellationTokenSource stop = new();
        // Also handles signals before and after the bridge does, to stop the server and to remove the generated keys.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            return await DemoRun.RunAsync(port, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitStatus.Success;
        }
        catch (DemoException exception)
        {
            await Console.Error.WriteLineAsync($"error: {exception.Message}");
            return ExitStatus.Failure;
        }
    }
}
