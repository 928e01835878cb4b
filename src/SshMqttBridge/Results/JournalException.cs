namespace SshMqttBridge.Results;

/// <summary>The journal cannot be opened, written or read: disk full, read-only, damaged.</summary>
internal sealed class JournalException(string message, Exception inner) : Exception(message, inner);
