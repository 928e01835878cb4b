using Microsoft.Extensions.Hosting.Systemd;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Does not tell systemd that the program stops when only its services do: for systemd it is a reload, which ends with READY=1.
/// </summary>
internal sealed class RestartNotifier(ISystemdNotifier notifier, InPlaceRestart restart) : ISystemdNotifier
{
    public bool IsEnabled => notifier.IsEnabled;

    public void Notify(ServiceState state)
    {
        if (restart.Next is null || state.ToString() != ServiceState.Stopping.ToString())
        {
            notifier.Notify(state);
        }
    }
}
