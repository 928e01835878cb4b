using System.Runtime.InteropServices;
using SshMqttBridge.Client;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>
/// SIGINT, SIGTERM and SIGHUP: the first one cancels what the client does, a second one ends the client at once.
/// </summary>
internal sealed class ClientSignals : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _number;

    public ClientSignals() =>
        _registrations = [Register(PosixSignal.SIGHUP, 1), Register(PosixSignal.SIGINT, 2), Register(PosixSignal.SIGTERM, 15)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _cancelled.Token;

    /// <summary>The exit status after a signal, as a shell reports it.</summary>
    public int ExitStatus => ClientExitStatus.Signal + _number;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _cancelled.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, int number) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                context.Cancel = Interlocked.CompareExchange(ref _number, number, 0) == 0;
                if (context.Cancel)
                {
                    _cancelled.Cancel();
                }
            }
        );
}
