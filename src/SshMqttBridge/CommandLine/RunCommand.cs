using System.Runtime.InteropServices;
using SshMqttBridge.Configuration;
using SshMqttBridge.Logging;
using SshMqttBridge.Mqtt.Mosquitto;
using SshMqttBridge.Ssh.LibSsh;

namespace SshMqttBridge.CommandLine;

/// <summary><c>run</c>: the daemon.</summary>
internal static class RunCommand
{
    /// <summary>Stopping what runs (TERM, KILL) and telling the broker come after <see cref="BridgeOptions.ShutdownTimeout"/>.</summary>
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(10);

    /// <summary>Runs until SIGTERM, SIGINT or SIGQUIT.</summary>
    public static async Task<int> RunAsync(BridgeOptions options, CancellationToken cancellationToken)
    {
        using var log = ConsoleLog.Open(options.LogLevel, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = StopAt(PosixSignal.SIGTERM, stop);
        using var interrupt = StopAt(PosixSignal.SIGINT, stop);
        using var quit = StopAt(PosixSignal.SIGQUIT, stop);
        var bridge = new Bridge(
            options,
            new MosquittoTransport(),
            new LibSshTransport(TimeProvider.System),
            TimeProvider.System,
            log
        );
        var running = bridge.RunAsync(stop.Token);

        // Told to stop, it ends in time; should it not, the process ends all the same.
        using var tooLate = new CancellationTokenSource();
        await using var clock = stop.Token.Register(() => tooLate.CancelAfter(options.ShutdownTimeout + TimeToFinish));
        await running.WaitAsync(tooLate.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return bridge.HasFailed || !running.IsCompleted ? ExitStatus.Failure : ExitStatus.Success;
    }

    private static PosixSignalRegistration StopAt(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                // Else the process would end here and now.
                context.Cancel = true;
                stop.Cancel();
            }
        );
}
