using System.Text.Json.Serialization;

namespace SshMqttBridge.Commands;

/// <summary>How a command ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CommandStatus>))]
internal enum CommandStatus
{
    /// <summary>Exit status 0, or a complete transfer.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>Another exit status, a signal, or a failed transfer.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    [JsonStringEnumMemberName("timedOut")]
    TimedOut,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>The bridge did not try it.</summary>
    [JsonStringEnumMemberName("rejected")]
    Rejected,

    /// <summary>The message expired in the queue.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,

    /// <summary>The connection was lost after the command was sent: it may or may not have run.</summary>
    [JsonStringEnumMemberName("lost")]
    Lost,
}
