namespace SshMqttBridge.Configuration.Settings;

/// <summary>
/// Parses the text of a value. Returns null, or a description of valid values, which begins with "must", and no value.
/// </summary>
internal delegate string? Parser<T>(string text, out T? value);
