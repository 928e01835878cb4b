using System.Text;

namespace SshMqttBridge.Feed;

/// <summary>One stream of output on its way to who watches: bytes in, text out, and where too much comes a gap of known size. Not thread-safe.</summary>
internal sealed class TappedStream
{
    /// <summary>How much may wait: 256 KiB. What comes when it is full is left out, until all that waits has been taken.</summary>
    public const int MostWaiting = 256 * 1024;

    /// <summary>The most that is taken at once: 64 KiB.</summary>
    public const int MostTaken = 64 * 1024;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private byte[] _bytes = [];
    private int _start;
    private int _count;
    private long _gapBehind;
    private long _gapBefore;
    private bool _isAfterGap;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_count == 0)
        {
            GapComesFirst();
        }

        if (_gapBehind > 0)
        {
            _gapBehind += bytes.Length;
            return;
        }

        if (_isAfterGap && bytes.Length > 0)
        {
            bytes = WithoutCutCharacter(bytes);
        }

        var taken = Math.Min(bytes.Length, MostWaiting - _count);
        MakeRoom(taken);
        bytes[..taken].CopyTo(_bytes.AsSpan(_start + _count));
        _count += taken;
        _gapBehind = bytes.Length - taken;
    }

    /// <summary>Takes what comes next.</summary>
    /// <param name="isLast">Whether nothing more will be added: then a gap at the end is told too, and the beginning of a character as U+FFFD.</param>
    /// <param name="text">Empty only for a gap at the end.</param>
    /// <param name="skippedBytes">How much was left out before it.</param>
    /// <returns>False when there is nothing to tell now.</returns>
    public bool TryTake(bool isLast, out string text, out long skippedBytes)
    {
        if (_count == 0)
        {
            GapComesFirst();
        }

        var taken = Math.Min(_count, MostTaken);
        var bytes = _bytes.AsSpan(_start, taken);
        _start += taken;
        _count -= taken;
        text = Decode(bytes, isEnd: _count == 0 && (isLast || _gapBehind > 0));
        skippedBytes = text.Length > 0 || isLast ? _gapBefore : 0;
        _gapBefore -= skippedBytes;
        return text.Length > 0 || skippedBytes > 0 || (isLast && _gapBehind > 0);
    }

    private void GapComesFirst()
    {
        _start = 0;
        _isAfterGap |= _gapBehind > 0;
        (_gapBefore, _gapBehind) = (_gapBefore + _gapBehind, 0);
    }

    private string Decode(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        var characters = new char[_decoder.GetCharCount(bytes, isEnd)];
        return new string(characters, 0, _decoder.GetChars(bytes, characters, isEnd));
    }

    /// <summary>The rest of a character whose beginning was left out is left out, too.</summary>
    private ReadOnlySpan<byte> WithoutCutCharacter(ReadOnlySpan<byte> bytes)
    {
        var cut = 0;
        while (cut < bytes.Length && cut < 3 && (bytes[cut] & 0xC0) == 0x80)
        {
            cut++;
        }

        _gapBefore += cut;
        _isAfterGap = false;
        return bytes[cut..];
    }

    private void MakeRoom(int more)
    {
        if (_start + _count + more <= _bytes.Length)
        {
            return;
        }

        var bytes = _bytes.Length >= _count + more ? _bytes : new byte[Math.Max(4096, 2 * (_count + more))];
        _bytes.AsSpan(_start, _count).CopyTo(bytes);
        (_bytes, _start) = (bytes, 0);
    }
}
