namespace SshMqttBridge.Transfers;

/// <summary>The progress of a transfer.</summary>
/// <param name="Bytes">How many bytes of the file have arrived; never less than in an earlier report.</param>
/// <param name="Total">The file's size.</param>
/// <param name="Rate">Bytes per second since the last report; in the last one, of the whole transfer.</param>
/// <param name="IsLast">Whether the transfer has ended with all bytes.</param>
internal sealed record TransferProgress(long Bytes, long Total, long Rate, bool IsLast);
