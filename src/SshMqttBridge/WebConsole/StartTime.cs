namespace SshMqttBridge.WebConsole;

/// <summary>When the console started, by the wall clock. Browsers use it to detect a restart.</summary>
internal sealed record StartTime(DateTimeOffset Value);
