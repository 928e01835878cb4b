namespace SshMqttBridge.Configuration;

/// <summary>The configuration in force, which a reload replaces. Thread-safe.</summary>
internal sealed class CurrentOptions(BridgeOptions options)
{
    private volatile BridgeOptions _value = options;

    /// <summary>Read it again for each use.</summary>
    public BridgeOptions Value
    {
        get => _value;
        set => _value = value;
    }
}
