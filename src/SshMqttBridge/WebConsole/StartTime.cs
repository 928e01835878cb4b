namespace SshMqttBridge.WebConsole;

/// <summary>When the console was started, by the wall clock. Browsers notice a restart by it.</summary>
internal sealed record StartTime(DateTimeOffset Value);
