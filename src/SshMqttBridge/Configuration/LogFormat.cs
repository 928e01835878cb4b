namespace SshMqttBridge.Configuration;

/// <summary>How log messages are written.</summary>
internal enum LogFormat
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>One line of JSON.</summary>
    Json,
}
