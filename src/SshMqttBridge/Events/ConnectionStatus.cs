using SshMqttBridge.Ssh;

namespace SshMqttBridge.Events;

/// <summary>Whether a server is connected, and if not, why not.</summary>
/// <param name="Offline">Why the server is offline; null: it is online.</param>
/// <param name="Message">The last failure in words; null: no failure.</param>
/// <param name="HostKey">The host key that was refused; null: none.</param>
internal sealed record ConnectionStatus(OfflineReason? Offline, string? Message = null, RefusedHostKey? HostKey = null)
{
    public static ConnectionStatus Online { get; } = new(Offline: null);
}
