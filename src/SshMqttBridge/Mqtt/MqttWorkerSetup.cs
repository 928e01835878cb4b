namespace SshMqttBridge.Mqtt;

/// <summary>What the <see cref="MqttWorker"/> keeps up for the rest of the program.</summary>
internal sealed record MqttWorkerSetup
{
    /// <summary>Where <c>online</c> and <c>offline</c> are published, retained; the last will's topic too.</summary>
    public required string StateTopic { get; init; }

    /// <summary>Where a refused publish is reported.</summary>
    public required string ErrorTopic { get; init; }

    /// <summary>
    /// Subscribed to after each connect. A broker that refuses one of them is no use: the worker disconnects and tries again
    /// later.
    /// </summary>
    public required IReadOnlyList<string> Filters { get; init; }

    /// <summary>Likewise, but a refusal is only logged.</summary>
    public IReadOnlyList<string> OptionalFilters { get; init; } = [];

    /// <summary>
    /// Gets each message, one after another. Quick: it never waits, above all not for a publish, and does not throw.
    /// </summary>
    public required Action<MqttDelivery> Deliver { get; init; }

    /// <summary>See <see cref="MqttConnectRequest.MaximumPayloadBytes"/>.</summary>
    public required int MaximumPayloadBytes { get; init; }
}
