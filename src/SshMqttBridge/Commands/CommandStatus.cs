using System.Text.Json.Serialization;

namespace SshMqttBridge.Commands;

/// <summary>How a command ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandStatus>))]
internal enum CommandStatus
{
    /// <summary>Exit status 0, or a whole transfer.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>Another exit status, a signal, or a failed transfer.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("timedOut")]
    TimedOut,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>Never tried.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected,

    /// <summary>Its message expired before its turn.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,

    /// <summary>The connection went away after it was sent: it may or may not have run.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,
}
