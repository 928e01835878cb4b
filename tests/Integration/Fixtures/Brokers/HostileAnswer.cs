namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>What a <see cref="HostileBroker"/> sends after a CONNECT.</summary>
/// <param name="Writes">One after another.</param>
internal sealed record HostileAnswer(IEnumerable<ReadOnlyMemory<byte>> Writes)
{
    /// <summary>Whether it begins with a CONNACK that accepts the connection.</summary>
    public bool Accepts { get; init; }

    /// <summary>Whether it closes its side afterwards; otherwise it waits until the client closes the connection.</summary>
    public bool Closes { get; init; }

    /// <summary>Completes when everything was sent, or the client has closed the connection.</summary>
    public TaskCompletionSource Sent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
