namespace SshMqttBridge.Common;

/// <summary>A failure or recovery of the bridge's own files, to be logged and published.</summary>
/// <param name="IsGood">Whether the files can be used again.</param>
/// <param name="Message">For people.</param>
internal sealed record StorageNotice(bool IsGood, string Message);
