using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Logs and ignores the signals whose default action would end the program at once: <c>connection</c> would stay <c>online</c>,
/// and running commands would continue unnoticed. SIGTERM, SIGINT and SIGQUIT shut the bridge down, SIGHUP reloads its configuration.
/// </summary>
internal sealed partial class IgnoredSignals : IDisposable
{
    /// <summary>signal(7), the same numbers on x86-64 and Arm. Not SIGSYS and the like: they report a defect.</summary>
    private static readonly (int Number, string Name)[] Signals =
    [
        (10, "SIGUSR1"),
        (12, "SIGUSR2"),
        (14, "SIGALRM"),
        (16, "SIGSTKFLT"),
        (24, "SIGXCPU"),
        (25, "SIGXFSZ"),
        (26, "SIGVTALRM"),
        (27, "SIGPROF"),
        (29, "SIGIO"),
        (30, "SIGPWR"),
    ];

    private readonly List<PosixSignalRegistration> _registrations;

    public IgnoredSignals(ILogger logger) =>
        _registrations = [
            .. Signals.Select(signal =>
                PosixSignalRegistration.Create(
                    (PosixSignal)signal.Number,
                    context =>
                    {
                        context.Cancel = true;
                        LogIgnored(logger, signal.Name);
                    }
                )
            ),
        ];

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    [LoggerMessage(1011, LogLevel.Information, "{Signal} ignored")]
    private static partial void LogIgnored(ILogger logger, string signal);
}
