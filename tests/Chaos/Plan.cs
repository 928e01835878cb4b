namespace SshMqttBridge.Chaos;

/// <summary>A command and how it is published.</summary>
internal sealed record Plan(Command Command, string Topic, string Payload)
{
    /// <summary>When to publish that it be cancelled, after its own publish; null: not at all.</summary>
    public TimeSpan? CancelAfter { get; init; }
}
