namespace SshMqttBridge.Bench.Figures;

/// <summary>Targets for a thousand connected servers.</summary>
/// <param name="Megabytes">Maximum resident memory of the bridge, in MB.</param>
/// <param name="Threads">Maximum number of threads of the bridge.</param>
/// <param name="Time">Maximum time until all are connected, as a multiple of libssh's; null: no target.</param>
internal sealed record ConnectedGoals(double Megabytes, double Threads, double? Time);
