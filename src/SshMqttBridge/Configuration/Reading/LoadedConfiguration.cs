using SshMqttBridge.Configuration.Tree;

namespace SshMqttBridge.Configuration.Reading;

/// <summary>What became of reading the configuration.</summary>
internal sealed record LoadedConfiguration
{
    /// <summary>Null exactly when there are faults.</summary>
    public required BridgeOptions? Options { get; init; }

    /// <summary>All of them, in the order of reading.</summary>
    public required IReadOnlyList<ConfigurationFault> Faults { get; init; }

    /// <summary>What works but ought not to stay so, such as a key file that others may read. Worth a log line each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
