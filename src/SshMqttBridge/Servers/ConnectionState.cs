using SshMqttBridge.Ssh;

namespace SshMqttBridge.Servers;

/// <summary>Whether a server's connection stands, and what went wrong last.</summary>
/// <param name="IsOnline">Connected and authenticated.</param>
/// <param name="Fault">Why the last attempt failed or the connection was lost; null when nothing is wrong.</param>
/// <param name="Message">The same in words.</param>
/// <param name="Algorithms">What was agreed; null while it is not online.</param>
internal sealed record ConnectionState(
    bool IsOnline,
    SshFault? Fault = null,
    string? Message = null,
    NegotiatedAlgorithms? Algorithms = null
)
{
    public static ConnectionState Offline { get; } = new(false);
}
