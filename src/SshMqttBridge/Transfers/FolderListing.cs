namespace SshMqttBridge.Transfers;

/// <summary>The content of a folder below the base directory.</summary>
/// <param name="Entries">Files and folders by name.</param>
/// <param name="IsComplete">Whether these are all.</param>
internal sealed record FolderListing(IReadOnlyList<FolderEntry> Entries, bool IsComplete);
