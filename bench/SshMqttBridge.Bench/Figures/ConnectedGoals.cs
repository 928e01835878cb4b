namespace SshMqttBridge.Bench.Figures;

/// <summary>What a thousand connected servers may cost.</summary>
/// <param name="Megabytes">Resident memory of the bridge.</param>
/// <param name="Threads">Of the bridge.</param>
/// <param name="Time">Until all are connected, against libssh alone; null: stated only.</param>
internal sealed record ConnectedGoals(double Megabytes, double Threads, double? Time);
