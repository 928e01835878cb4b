using SshMqttBridge.Common;

namespace SshMqttBridge.Mqtt;

/// <summary>The topics, subscriptions and handler of the <see cref="MqttWorker"/>.</summary>
internal sealed record MqttWorkerSetup
{
    /// <summary>The topic of <c>online</c> and <c>offline</c>, retained, and of the last will.</summary>
    public required string StateTopic { get; init; }

    /// <summary>The topic for reports of refused messages.</summary>
    public required string ErrorTopic { get; init; }

    /// <summary>
    /// The filters to subscribe to after each connect. If the broker refuses one of them, the worker disconnects and retries
    /// later.
    /// </summary>
    public required IReadOnlyList<string> Filters { get; init; }

    /// <summary>Filters whose refusal is only logged.</summary>
    public IReadOnlyList<string> OptionalFilters { get; init; } = [];

    /// <summary>
    /// The topics of states to subscribe to before all others, with the retained messages, which are delivered before anything is
    /// published. Their refusal is only logged.
    /// </summary>
    public IReadOnlyList<string> StateTopics { get; init; } = [];

    /// <summary>
    /// Handles each message, one after another. Must not throw or wait, in particular not for a publish.
    /// </summary>
    public required Action<MqttDelivery> Deliver { get; init; }

    /// <summary>Whether to publish now; asked immediately before. After a false, the connection publishes nothing more.</summary>
    public Func<bool> MayPublish { get; init; } = static () => true;

    /// <summary>Detects that the bridge did not run for longer than the broker keeps a silent connection.</summary>
    public InterruptionMonitor Interruptions { get; init; } = InterruptionMonitor.Off;

    /// <summary>See <see cref="MqttConnectRequest.MaximumPayloadBytes"/>.</summary>
    public required int MaximumPayloadBytes { get; init; }
}
