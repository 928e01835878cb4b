using System.Buffers;

namespace SshMqttBridge.Output;

/// <summary>Cuts a stream into lines as it arrives in pieces. Not thread-safe.</summary>
internal sealed class LineSplitter
{
    /// <summary>What has no line end after this many bytes is a line of its own: 64 KiB.</summary>
    public const int MaximumLineBytes = 64 * 1024;

    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private readonly ArrayBufferWriter<byte> _rest = new();

    /// <summary>Takes the next piece and returns the lines that end in it, without their ends, each in memory of its own.</summary>
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
                // The next piece tells whether it belongs to a line end, which does not count.
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

    /// <summary>What came after the last line end; null if nothing did.</summary>
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

    /// <summary>A part of a long line, cut between two characters; what is left of the last one begins the next part.</summary>
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
