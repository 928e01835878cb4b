using System.Text;

namespace SshMqttBridge.Output;

/// <summary>
/// A bounded buffer between one stream of a command's output and the subscribers of its events: bytes in, text out. If output
/// arrives faster than it is taken, the buffer keeps the latest part and counts the skipped bytes. Not thread-safe.
/// </summary>
internal sealed class BoundedOutput
{
    /// <summary>256 KiB. When more arrives, the buffer skips all but the latest <see cref="MaximumChunk"/>.</summary>
    public const int MaximumPending = 256 * 1024;

    /// <summary>The maximum size of one chunk: 64 KiB.</summary>
    public const int MaximumChunk = 64 * 1024;

    private byte[] _bytes = [];
    private int _start;
    private int _count;
    private long _skipped;

    private ReadOnlySpan<byte> Pending => _bytes.AsSpan(_start, _count);

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
        Skip(CutCharacter(Pending));
    }

    /// <summary>Takes the next chunk of whole characters.</summary>
    /// <param name="isLast">Whether nothing more will be added: then an incomplete character becomes U+FFFD.</param>
    /// <param name="text">Not empty, unless there is no output.</param>
    /// <param name="skippedBytes">The number of bytes skipped before it.</param>
    /// <returns>False if there is no output.</returns>
    public bool TryTake(bool isLast, out string text, out long skippedBytes)
    {
        var bytes = Pending[..Math.Min(_count, MaximumChunk)];
        if (!isLast || bytes.Length < _count)
        {
            bytes = bytes[..OutputText.WholeCharacters(bytes)];
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
        Pending.CopyTo(bytes);
        (_bytes, _start) = (bytes, 0);
    }

    /// <summary>The number of bytes at the beginning that continue a character.</summary>
    private static int CutCharacter(ReadOnlySpan<byte> bytes)
    {
        var cut = 0;
        while (cut < Math.Min(bytes.Length, 3) && (bytes[cut] & 0xC0) == 0x80)
        {
            cut++;
        }

        return cut;
    }
}
