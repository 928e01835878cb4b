using System.Text.Json.Serialization;

namespace SshMqttBridge.Commands;

/// <summary>What a command does. <see cref="OperationInfo"/> describes each.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Operation>))]
internal enum Operation
{
    [JsonStringEnumMemberName("exec")]
    Exec,

    [JsonStringEnumMemberName("get")]
    Get,

    [JsonStringEnumMemberName("put")]
    Put,

    [JsonStringEnumMemberName("connection")]
    Connection,

    [JsonStringEnumMemberName("user")]
    User,

    [JsonStringEnumMemberName("password")]
    Password,

    [JsonStringEnumMemberName("cancel")]
    Cancel,
}
