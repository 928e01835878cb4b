using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Whether a server is connected, and the last failure.</summary>
/// <param name="IsOnline">Connected and authenticated.</param>
/// <param name="Fault">Why the last attempt failed or the connection was lost; null: no failure.</param>
/// <param name="Message">The failure in words.</param>
/// <param name="Algorithms">The negotiated algorithms; null while the server is offline.</param>
/// <param name="HostKey">The host key that was refused; null: none.</param>
internal sealed record ConnectionState(
    bool IsOnline,
    SshFault? Fault = null,
    string? Message = null,
    NegotiatedAlgorithms? Algorithms = null,
    RefusedHostKey? HostKey = null
)
{
    public static ConnectionState Offline { get; } = new(false);
}
