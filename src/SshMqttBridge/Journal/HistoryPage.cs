namespace SshMqttBridge.Journal;

/// <summary>What a search found.</summary>
/// <param name="Results">The JSON of each result, the newest first.</param>
/// <param name="Before">Where to go on with <see cref="HistorySearch.Before"/>; null: there is nothing more.</param>
internal sealed record HistoryPage(IReadOnlyList<byte[]> Results, long? Before);
