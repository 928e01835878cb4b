using System.Buffers;
using System.Text;

namespace SshMqttBridge.Output;

/// <summary>
/// One stream of output on its way to who watches: bytes in, text out. Of what comes faster than it is taken, the latest stays, since people look at the end; before
/// it is a gap of known size. Not thread-safe.
/// </summary>
internal sealed class BoundedOutput
{
    /// <summary>How much may wait: 256 KiB. When more comes, all but the latest <see cref="MaximumChunk"/> is left out.</summary>
    public const int MaximumPending = 256 * 1024;

    /// <summary>The most that is taken at once: 64 KiB.</summary>
    public const int MaximumChunk = 64 * 1024;

    private byte[] _bytes = [];
    private int _start;
    private int _count;
    private long _skipped;

    private ReadOnlySpan<byte> Waiting => _bytes.AsSpan(_start, _count);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_count + bytes.Length <= MaximumPending)
        {
            Append(bytes);
            return;
        }

        var latest = bytes[Math.Max(0, bytes.Length - MaximumChunk)..];
        _skipped += bytes.Length - latest.Length;
        Skip(_count - Math.Min(_count, MaximumChunk - latest.Length));
        Append(latest);
        Skip(CutCharacter(Waiting));
    }

    /// <summary>Takes what comes next: whole characters.</summary>
    /// <param name="isLast">Whether nothing more will be added: then the beginning of a character is told too, as U+FFFD.</param>
    /// <param name="text">Not empty, unless there is nothing to tell.</param>
    /// <param name="skippedBytes">How much was left out before it.</param>
    /// <returns>False when there is nothing to tell now.</returns>
    public bool TryTake(bool isLast, out string text, out long skippedBytes)
    {
        var bytes = Waiting[..Math.Min(_count, MaximumChunk)];
        if (!isLast || bytes.Length < _count)
        {
            bytes = bytes[..^BegunCharacter(bytes)];
        }

        text = Encoding.UTF8.GetString(bytes);
        skippedBytes = 0;
        if (bytes.IsEmpty)
        {
            return false;
        }

        _start += bytes.Length;
        _count -= bytes.Length;
        (skippedBytes, _skipped) = (_skipped, 0);
        return true;
    }

    private void Skip(int count)
    {
        _start += count;
        _count -= count;
        _skipped += count;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_start + _count + bytes.Length > _bytes.Length)
        {
            MakeRoom(_count + bytes.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(_start + _count));
        _count += bytes.Length;
    }

    private void MakeRoom(int needed)
    {
        var bytes = _bytes.Length >= needed ? _bytes : new byte[Math.Min(MaximumPending, Math.Max(4096, 2 * needed))];
        Waiting.CopyTo(bytes);
        (_bytes, _start) = (bytes, 0);
    }

    /// <summary>How many bytes at the beginning are the rest of a character.</summary>
    private static int CutCharacter(ReadOnlySpan<byte> bytes)
    {
        var cut = 0;
        while (cut < Math.Min(bytes.Length, 3) && (bytes[cut] & 0xC0) == 0x80)
        {
            cut++;
        }

        return cut;
    }

    /// <summary>How many bytes at the end are the beginning of a character.</summary>
    private static int BegunCharacter(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length <= Math.Min(bytes.Length, 3); length++)
        {
            if ((bytes[^length] & 0xC0) != 0x80)
            {
                return Rune.DecodeFromUtf8(bytes[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
            }
        }

        return 0;
    }
}
