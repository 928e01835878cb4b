using System.Globalization;
using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>The sender of SCP: one file to <c>scp -t</c>.</summary>
internal static class ScpUpload
{
    private const int BlockBytes = 1 << 18;

    /// <summary>Sends the file and waits until the server has stored it.</summary>
    /// <returns>The size of the file in bytes.</returns>
    /// <exception cref="TransferException"><c>local</c>: the file cannot be read, or has changed; <c>remote</c>: the server could
    /// not store it.</exception>
    public static async Task<long> SendAsync(LocalSource source, ScpChannel channel)
    {
        // scp -t stores the file under the name of its argument, or in that directory under the name in the header. The script
        // passes no directory.
        var name = channel.IsPlain ? source.Name : "file";
        await channel.ReadStartMarkAsync();
        await channel.ReadAcknowledgementAsync();
        channel.MarkStarted();
        var header = string.Create(CultureInfo.InvariantCulture, $"C0600 {source.SizeBytes} {name}\n");
        await channel.WriteAsync(Encoding.UTF8.GetBytes(header));
        await channel.ReadAcknowledgementAsync();
        channel.BeginContent(source.SizeBytes, isUpload: true);
        await SendContentAsync(source, channel);
        // This byte completes the file at the server; without it, the server keeps nothing.
        source.ThrowIfChanged();
        await channel.SendAcknowledgementAsync();
        await channel.ReadAcknowledgementAsync();
        await channel.FinishAsync();
        return source.SizeBytes;
    }

    /// <summary>Sends one block while it reads the next.</summary>
    private static async Task SendContentAsync(LocalSource source, ScpChannel channel)
    {
        var (block, nextBlock) = (new byte[BlockBytes], new byte[BlockBytes]);
        var reading = ReadBlockAsync(source, block, 0, channel.Token);
        for (long sent = 0; sent < source.SizeBytes; )
        {
            var count = await Local(reading);
            if (count == 0)
            {
                throw source.Changed();
            }
            sent += count;
            reading = ReadBlockAsync(source, nextBlock, sent, channel.Token);
            try
            {
                await channel.WriteAsync(block.AsMemory(0, count));
            }
            catch
            {
                // The read must end before the file is closed; its outcome does not matter any more.
                await reading.AsTask().WhenEnded();
                throw;
            }
            (block, nextBlock) = (nextBlock, block);
        }
        await Local(reading);
    }

    private static ValueTask<int> ReadBlockAsync(
        LocalSource source,
        byte[] block,
        long offset,
        CancellationToken cancellationToken
    )
    {
        var count = (int)Math.Min(block.Length, source.SizeBytes - offset);
        return count == 0 ? ValueTask.FromResult(0) : source.ReadAsync(block.AsMemory(0, count), offset, cancellationToken);
    }

    private static async ValueTask<int> Local(ValueTask<int> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TransferException(Reasons.Local, exception.Message, exception);
        }
    }
}
