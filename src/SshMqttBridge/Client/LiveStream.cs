using System.Text;

namespace SshMqttBridge.Client;

/// <summary>
/// One stream of a command's output: which part was printed while the command ran, and which is left for its end. Messages may be
/// missing; from then on, everything waits for the result, which has the text up to <c>maxOutputBytes</c>.
/// </summary>
internal sealed class LiveStream
{
    private const char Replacement = '\uFFFD';
    private const int ReplacementBytes = 3;

    private long _printedBytes;

    /// <summary>How many bytes of the command these are at least: a replacement may stand for one that is not UTF-8.</summary>
    private long _receivedBytes;

    /// <summary>Whether a piece continues what was printed; if so, it counts as printed.</summary>
    /// <param name="offset">Where it begins in the text of the stream, in bytes of UTF-8.</param>
    /// <param name="text">The piece.</param>
    public bool Continues(long offset, string text)
    {
        if (offset != _printedBytes)
        {
            return false;
        }

        var bytes = Encoding.UTF8.GetByteCount(text);
        _printedBytes += bytes;
        _receivedBytes += bytes - text.Count(letter => letter == Replacement) * (ReplacementBytes - 1);
        return true;
    }

    /// <summary>What is left to print of the output in the result.</summary>
    public string RestOf(string output)
    {
        if (_printedBytes == 0)
        {
            return output;
        }

        var bytes = Encoding.UTF8.GetBytes(output);
        return bytes.Length <= _printedBytes ? "" : Encoding.UTF8.GetString(bytes.AsSpan((int)_printedBytes));
    }

    /// <summary>
    /// Whether all of the output was certainly printed before the result arrived, even what the result lacks.
    /// </summary>
    /// <param name="totalBytes">The number of bytes that the command wrote.</param>
    public bool IsWhole(long totalBytes) => _receivedBytes >= totalBytes;
}
