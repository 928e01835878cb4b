using System.Buffers;
using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Output;

/// <summary>Captures the beginning of a command's output and counts the rest. Not thread-safe.</summary>
/// <param name="maximumBytes">The limit of each stream.</param>
internal sealed class OutputCapture(int maximumBytes)
{
    private readonly Stream _out = new();
    private readonly Stream _err = new();

    /// <summary>The size of both streams.</summary>
    public long TotalBytes => _out.Total + _err.Total;

    /// <summary>Why the output could not be kept, so that it is only counted; null: it was kept.</summary>
    public OutOfMemoryException? Failure { get; private set; }

    public void Add(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        var target = stream == OutputStream.StandardOutput ? _out : _err;
        try
        {
            target.Add(bytes, Failure is null ? maximumBytes : 0);
        }
        catch (OutOfMemoryException exception)
        {
            Drop(exception);
        }
    }

    /// <summary>The captured output as text.</summary>
    public CommandOutput ToOutput()
    {
        try
        {
            if (Failure is null)
            {
                return new CommandOutput(
                    _out.Text(maximumBytes),
                    _err.Text(maximumBytes),
                    _out.Total,
                    _err.Total,
                    _out.Total > maximumBytes || _err.Total > maximumBytes
                );
            }
        }
        catch (OutOfMemoryException exception)
        {
            Drop(exception);
        }

        return CommandOutput.Dropped(_out.Total, _err.Total);
    }

    /// <summary>Only the sizes.</summary>
    public CommandOutput ToCounts() => new(default, default, _out.Total, _err.Total, false);

    /// <summary>Frees the memory: the command goes on without its output.</summary>
    private void Drop(OutOfMemoryException failure)
    {
        Failure = failure;
        _out.Drop();
        _err.Drop();
    }

    private sealed class Stream
    {
        private ArrayBufferWriter<byte> _kept = new();

        public long Total { get; private set; }

        public void Drop() => _kept = new ArrayBufferWriter<byte>();

        public void Add(ReadOnlySpan<byte> bytes, int maximumBytes)
        {
            Total += bytes.Length;
            var room = maximumBytes - _kept.WrittenCount;
            if (room > 0)
            {
                _kept.Write(bytes[..Math.Min(room, bytes.Length)]);
            }
        }

        public ReadOnlyMemory<byte> Text(int maximumBytes)
        {
            var kept = _kept.WrittenMemory;
            return OutputText.ToUtf8(Total > maximumBytes ? kept[..OutputText.WholeCharacters(kept.Span)] : kept);
        }
    }
}
