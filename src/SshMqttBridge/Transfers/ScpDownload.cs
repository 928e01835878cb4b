using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>The receiving end of SCP: one file from an <c>scp -f</c>.</summary>
internal static class ScpDownload
{
    private const int BlockBytes = 1 << 18;

    /// <summary>Takes one file and waits until the server has said that all is well. The caller commits the destination.</summary>
    /// <returns>How many bytes: the file's size.</returns>
    /// <exception cref="TransferException"><c>local</c>: it cannot be written; <c>remote</c>: the server did not send one whole file.</exception>
    public static async Task<long> ReceiveAsync(LocalDestination destination, ScpChannel channel)
    {
        await channel.SendAcknowledgementAsync();
        var size = await ReadHeaderAsync(channel);
        await channel.SendAcknowledgementAsync();
        channel.BeginContent(size, isUpload: false);
        await ReceiveContentAsync(destination, size, channel);
        await ReadEndAsync(size, channel);
        await channel.SendAcknowledgementAsync();
        await channel.FinishAsync();
        return size;
    }

    /// <summary>One line of times may come first.</summary>
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
                throw await channel.NoScpAsync(first);
            }
            var line = await channel.ReadLineAsync();
            if (first == 'C' && ScpHeader.TryParseSize(line, out var size))
            {
                return size;
            }
            if (first == 'D' && ScpHeader.TryParseSize(line, out _))
            {
                throw ScpChannel.Remote("the server sent a folder; only files are copied");
            }
            if (first != 'T' || timesSeen || !ScpHeader.IsTimes(line))
            {
                throw await channel.NoScpAsync([first, .. line]);
            }
            await channel.SendAcknowledgementAsync();
        }
    }

    /// <summary>While one block is written to the disk, the next is filled from the server.</summary>
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
                // The file must not be closed under the write; how that one ends does not matter any more.
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
