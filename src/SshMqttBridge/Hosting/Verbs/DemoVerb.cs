using System.Runtime.InteropServices;
using SshMqttBridge.Hosting.Demo;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>demo</c>: the bridge with a broker and a server of its own, without any configuration.</summary>
internal static class DemoVerb
{
    /// <summary>Runs until SIGINT, SIGTERM, SIGQUIT or SIGHUP.</summary>
    /// <param name="port">The broker's; null: a free one.</param>
    public static async Task<int> RunAsync(int? port)
    {
        using CancellationTokenSource stop = new();
        // Also before and after the bridge itself looks for signals: keys are made, and a server is started that has to be ended.
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
