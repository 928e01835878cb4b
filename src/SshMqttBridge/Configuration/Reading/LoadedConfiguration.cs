using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>The result of loading the configuration.</summary>
internal sealed record LoadedConfiguration
{
    /// <summary>Null exactly when there are faults.</summary>
    public required BridgeOptions? Options { get; init; }

    /// <summary>All of them, in the order of reading.</summary>
    public required IReadOnlyList<ConfigurationFault> Faults { get; init; }

    /// <summary>Warnings to log, for example about a key file that other users can read.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
