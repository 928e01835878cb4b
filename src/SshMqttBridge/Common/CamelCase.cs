using System.Text.Json;

namespace SshMqttBridge.Common;

/// <summary>Names of enumerations as they are written in JSON.</summary>
internal static class CamelCase
{
    /// <summary><c>TimedOut</c> becomes <c>timedOut</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
