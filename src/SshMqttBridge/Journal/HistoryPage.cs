namespace SshMqttBridge.Journal;

/// <summary>One page of search results.</summary>
/// <param name="Results">The JSON of each result, the newest first.</param>
/// <param name="Before">The value of <see cref="HistorySearch.Before"/> for the next page; null: this is the last page.</param>
internal sealed record HistoryPage(IReadOnlyList<byte[]> Results, long? Before);
