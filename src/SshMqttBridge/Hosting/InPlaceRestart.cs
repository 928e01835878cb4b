using SshMqttBridge.Configuration;

namespace SshMqttBridge.Hosting;

/// <summary>
/// Whether all services start again in the same process after the host has stopped, for a change that no running service can take
/// over (docs/adr/0032). Thread-safe.
/// </summary>
internal sealed class InPlaceRestart
{
    private volatile BridgeOptions? _next;

    /// <summary>The configuration to start with; null: the program ends. Set it before the host is stopped.</summary>
    public BridgeOptions? Next
    {
        get => _next;
        set => _next = value;
    }
}
