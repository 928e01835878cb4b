using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SshMqttBridge.Output;

/// <summary>What a command printed, as text for a payload.</summary>
internal static class OutputText
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    /// <summary>Bytes as they are if they are UTF-8; else what is not is replaced by U+FFFD.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> bytes) =>
        Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span));

    /// <summary>How many bytes to keep of a text that was cut off, so that no character is cut in the middle.</summary>
    public static int WholeCharacters(ReadOnlySpan<byte> cut)
    {
        // Behind the last whole character there are at most three bytes of one that was cut.
        for (var back = 1; back <= Math.Min(3, cut.Length); back++)
        {
            var length = cut[^back] switch
            {
                >= 0xF0 => 4,
                >= 0xE0 => 3,
                >= 0xC0 => 2,
                >= 0x80 => 0,
                _ => 1,
            };
            if (length > 0)
            {
                return length > back ? cut.Length - back : cut.Length;
            }
        }

        return cut.Length;
    }

    /// <summary>Puts the separator where lines end; the last line's end is none of its own. A line ends with LF or CR LF.</summary>
    public static ReadOnlyMemory<byte> JoinLines(ReadOnlyMemory<byte> text, ReadOnlySpan<byte> separator)
    {
        var rest = text.Span;
        if (!rest.Contains(LineFeed))
        {
            return text;
        }

        if (rest[^1] == LineFeed)
        {
            rest = WithoutLineEnd(rest[..^1]);
        }

        var joined = new ArrayBufferWriter<byte>(rest.Length + 64);
        for (int end; (end = rest.IndexOf(LineFeed)) >= 0; rest = rest[(end + 1)..])
        {
            joined.Write(WithoutLineEnd(rest[..end]));
            joined.Write(separator);
        }

        joined.Write(rest);
        return joined.WrittenMemory;
    }

    /// <summary>Without the one line end, LF or CR LF, that a text may end in.</summary>
    public static string WithoutFinalLineEnd(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2]
        : text.EndsWith('\n') ? text[..^1]
        : text;

    /// <summary>A line, found before its LF, without the CR that may belong to its end.</summary>
    public static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> line) => line is [.., CarriageReturn] ? line[..^1] : line;
}
