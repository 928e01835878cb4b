namespace SshMqttBridge.Transfers;

/// <summary>A file or folder below the base directory.</summary>
/// <param name="Name">The last part of its path.</param>
/// <param name="IsFolder">Whether it is a folder, not a regular file.</param>
/// <param name="SizeBytes">The size of a file; of no meaning for a folder.</param>
/// <param name="ModifiedAt">When it was last modified, to the second.</param>
internal sealed record FolderEntry(string Name, bool IsFolder, long SizeBytes, DateTimeOffset ModifiedAt);
