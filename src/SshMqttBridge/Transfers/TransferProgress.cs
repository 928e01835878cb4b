namespace SshMqttBridge.Transfers;

/// <summary>How far a transfer is.</summary>
/// <param name="Bytes">Of the file's content, there by now; never less than was told before.</param>
/// <param name="Total">The file's size.</param>
/// <param name="Rate">Bytes per second since the last time it was told, and of the whole transfer in the last one.</param>
/// <param name="IsLast">Whether the transfer is at its end, with all bytes.</param>
internal sealed record TransferProgress(long Bytes, long Total, long Rate, bool IsLast);
