using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace SshMqttBridge.Output;

/// <summary>Converts a command's output to text for payloads.</summary>
internal static class OutputText
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    /// <summary>Replaces bytes that are not UTF-8 by U+FFFD.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> bytes) =>
        Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span));

    /// <summary>The length of the text without an incomplete character at its end.</summary>
    public static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        // An incomplete character has at most three bytes.
        for (var length = 1; length <= Math.Min(3, text.Length); length++)
        {
            if ((text[^length] & 0xC0) != 0x80)
            {
                var isIncomplete = Rune.DecodeFromUtf8(text[^length..], out _, out _) == OperationStatus.NeedMoreData;
                return isIncomplete ? text.Length - length : text.Length;
            }
        }

        return text.Length;
    }

    /// <summary>Replaces line ends (LF or CR LF) by the separator, and removes the final one.</summary>
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

    /// <summary>The text without one final line end (LF or CR LF).</summary>
    public static string WithoutFinalLineEnd(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2]
        : text.EndsWith('\n') ? text[..^1]
        : text;

    /// <summary>A line that ended with LF, without the CR of a CR LF.</summary>
    public static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> line) => line is [.., CarriageReturn] ? line[..^1] : line;
}
