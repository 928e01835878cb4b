namespace SshMqttBridge.Journal;

/// <summary>The journal cannot be opened, written or read at the moment: disk full, read-only, damaged.</summary>
internal sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);
