namespace SshMqttBridge.Common;

/// <summary>Something to be told about the bridge's own files.</summary>
/// <param name="IsGood">Whether what had failed works again.</param>
/// <param name="Message">In words.</param>
internal sealed record StorageNotice(bool IsGood, string Message);
