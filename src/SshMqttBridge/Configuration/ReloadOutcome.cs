namespace SshMqttBridge.Configuration;

/// <summary>What came of a reload.</summary>
/// <param name="IsApplied">Whether the configuration in the file is now in force.</param>
/// <param name="Message">What has changed, or why nothing has; one sentence without a full stop.</param>
internal sealed record ReloadOutcome(bool IsApplied, string Message);
