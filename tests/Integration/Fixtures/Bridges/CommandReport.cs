using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;

namespace SshMqttBridge.Tests.Integration.Fixtures.Bridges;

/// <summary>A command's result as a client reads it, and what was published for it.</summary>
internal sealed record CommandReport
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public string Id { get; init; } = "";
    public string Server { get; init; } = "";
    public string Operation { get; init; } = "";
    public string? Command { get; init; }
    public string Status { get; init; } = "";
    public int? Exit { get; init; }
    public string? Signal { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public string Out { get; init; } = "";
    public string Err { get; init; } = "";
    public long OutBytes { get; init; }
    public long ErrBytes { get; init; }
    public bool Truncated { get; init; }
    public bool? Stopped { get; init; }
    public long? Bytes { get; init; }
    public DateTimeOffset ReceivedAt { get; init; }
    public long QueuedMs { get; init; }
    public long DurationMs { get; init; }

    /// <summary>The JSON as it came.</summary>
    public string Json { get; init; } = "";

    /// <summary>
    /// The messages on the server's topics from sending the command to its result; topics without <c>ssh/ID/</c>.
    /// </summary>
    public IReadOnlyList<ProbeMessage> Messages { get; init; } = [];

    /// <summary>The last payload of a datapoint among <see cref="Messages"/>; null if it had none.</summary>
    public string? this[string datapoint] => Messages.LastOrDefault(message => message.Topic == datapoint)?.Text;

    /// <summary>The names of the datapoints in the order of their messages.</summary>
    public IReadOnlyList<string> Order => [.. Messages.Select(message => message.Topic)];

    public static CommandReport Read(ProbeMessage message) =>
        JsonSerializer.Deserialize<CommandReport>(message.Payload, Web)! with
        {
            Json = message.Text,
        };
}
