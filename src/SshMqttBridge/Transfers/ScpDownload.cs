using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>The receiver of SCP: one file from <c>scp -f</c>.</summary>
internal static class ScpDownload
{
    private const int BlockBytes = 1 << 18;

    /// <summary>Receives one file and waits until the server has reported success. The caller commits the destination.</summary>
    /// <returns>The size of the file in bytes.</returns>
    /// <exception cref="TransferException"><c>local</c>: the file cannot be written; <c>remote</c>: the server did not send one
    /// whole file.</exception>
    public static async Task<long> ReceiveAsync(LocalDestination destination, ScpChannel channel)
    {
        await channel.SendAcknowledgementAsync();
        await channel.ReadStartMarkAsync();
        var size = await ReadHeaderAsync(channel);
        channel.MarkStarted();
        await channel.SendAcknowledgementAsync();
        channel.BeginContent(size, isUpload: false);
        await ReceiveContentAsync(destination, size, channel);
        await ReadEndAsync(size, channel);
        await channel.SendAcknowledgementAsync();
        await channel.FinishAsync();
        return size;
    }

    /// <summary>Reads the header. A line of times may precede it.</summary>
    private static async Task<long> ReadHeaderAsync(ScpChannel channel)
    {
        for (var timesSeen = false; ; timesSeen = true)
        {
            var first = await channel.ReadByteAsync();
            if (first is 1 or 2)
            {
                throw await channel.NotAcknowledgedAsync(first);
            }
            if (first is not ((byte)'C' or (byte)'T' or (byte)'D' or (byte)'E'))
            {
                throw await channel.NotScpAsync(first);
            }
            var line = await channel.ReadLineAsync();
            if (first == 'C' && ScpHeader.TryParseSize(line, out var size))
            {
                return size;
            }
            if (first == 'D' && ScpHeader.TryParseSize(line, out _))
            {
                throw ScpChannel.Remote("the server sent a folder; only files can be copied");
            }
            if (first != 'T' || timesSeen || !ScpHeader.IsTimes(line))
            {
                throw await channel.NotScpAsync([first, .. line]);
            }
            await channel.SendAcknowledgementAsync();
        }
    }

    /// <summary>Writes one block to the disk while it receives the next.</summary>
    private static async Task ReceiveContentAsync(LocalDestination destination, long size, ScpChannel channel)
    {
        var (block, nextBlock) = (new byte[BlockBytes], new byte[BlockBytes]);
        var writing = ValueTask.CompletedTask;
        for (long received = 0; received < size; )
        {
            var wanted = (int)Math.Min(BlockBytes, size - received);
            try
            {
                for (var count = 0; count < wanted; )
                {
                    count += await channel.ReadContentAsync(block.AsMemory(count, wanted - count));
                }
            }
            catch
            {
                // The write must end before the file is closed; its outcome does not matter any more.
                await writing.AsTask().WhenEnded();
                throw;
            }
            await Local(writing);
            writing = destination.WriteAsync(block.AsMemory(0, wanted), received, channel.Token);
            received += wanted;
            (block, nextBlock) = (nextBlock, block);
        }
        await Local(writing);
    }

    private static async Task ReadEndAsync(long size, ScpChannel channel)
    {
        var end = await channel.ReadByteAsync();
        if (end is 1 or 2)
        {
            throw await channel.NotAcknowledgedAsync(end);
        }
        if (end != 0)
        {
            throw ScpChannel.Remote($"the server sent more than the {size} bytes it announced");
        }
    }

    private static async ValueTask Local(ValueTask writing)
    {
        try
        {
            await writing;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(Reasons.Local, exception.Message, exception);
        }
    }
}
