using System.Buffers;

namespace SshMqttBridge.Output;

/// <summary>Splits a stream that arrives in pieces into lines. Not thread-safe.</summary>
internal sealed class LineSplitter
{
    /// <summary>64 KiB. A longer line is split.</summary>
    public const int MaximumLineBytes = 64 * 1024;

    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private readonly ArrayBufferWriter<byte> _rest = new();

    /// <summary>Adds a piece and returns the lines that end in it, without their line ends, as copies.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Add(ReadOnlySpan<byte> piece)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        while (piece.Length > 0)
        {
            var end = piece.IndexOf(LineFeed);
            var room = MaximumLineBytes - _rest.WrittenCount;
            if (end >= 0 && (end <= room || (end == room + 1 && IsAfterCarriageReturn(piece, end))))
            {
                _rest.Write(piece[..end]);
                lines.Add(OutputText.ToUtf8(OutputText.WithoutLineEnd(_rest.WrittenSpan).ToArray()));
                _rest.ResetWrittenCount();
                piece = piece[(end + 1)..];
                continue;
            }

            var taken = Math.Min(Math.Max(room, 0), piece.Length);
            _rest.Write(piece[..taken]);
            piece = piece[taken..];
            if (piece is [CarriageReturn] && _rest.WrittenCount == MaximumLineBytes)
            {
                // The next piece decides whether it belongs to a line end, which does not count.
                _rest.Write(piece);
                break;
            }

            if (_rest.WrittenCount >= MaximumLineBytes && piece.Length > 0)
            {
                lines.Add(TakeLongLine());
            }
        }

        return lines;
    }

    /// <summary>The text after the last line end; null if there is none.</summary>
    public ReadOnlyMemory<byte>? Finish()
    {
        if (_rest.WrittenCount == 0)
        {
            return null;
        }

        var last = OutputText.ToUtf8(_rest.WrittenSpan.ToArray());
        _rest.ResetWrittenCount();
        return last;
    }

    private bool IsAfterCarriageReturn(ReadOnlySpan<byte> piece, int end) =>
        (end > 0 ? piece[end - 1] : _rest.WrittenSpan[^1]) == CarriageReturn;

    /// <summary>Takes a part of a long line, split between two characters.</summary>
    private ReadOnlyMemory<byte> TakeLongLine()
    {
        var whole = OutputText.WholeCharacters(_rest.WrittenSpan[..MaximumLineBytes]);
        var part = _rest.WrittenSpan[..whole].ToArray();
        var left = _rest.WrittenSpan[whole..].ToArray();
        _rest.ResetWrittenCount();
        _rest.Write(left);
        return OutputText.ToUtf8(part);
    }
}
