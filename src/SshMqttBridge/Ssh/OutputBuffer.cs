using System.Buffers;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh;

/// <summary>
/// The unread output of a process: bytes of both streams in order of arrival, up to the capacity.
/// One reader; writers take turns (the session's gate). A separate lock keeps reading independent of the session.
/// </summary>
/// <param name="capacityBytes">The capacity; bytes beyond it are refused.</param>
internal sealed class OutputBuffer(int capacityBytes) : IDisposable
{
    // The cost of one change of stream: a peer that alternates with each byte must not get unlimited runs.
    private const int RunCost = 16;

    // At this size the reader is woken at once, so that reading and receiving run in parallel.
    private const int MuchBytes = 16 * 1024;
    private const int BlockBytes = 32 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _blocks = new();
    private readonly Queue<(OutputStream Stream, int Count)> _runs = new();
    private (OutputStream Stream, int Count) _lastRun;
    private byte[]? _lastBlock;
    private int _readOfFirstRun;
    private int _start; // in the first block
    private int _end; // in the last block
    private int _count;
    private bool _refused;
    private bool _completed;
    private Exception? _error;
    private TaskCompletionSource? _reader;

    /// <summary>How many bytes fit. Only reading changes that, and it makes room, so a writer may rely on it.</summary>
    public int RoomBytes
    {
        get
        {
            lock (_lock)
            {
                return Room;
            }
        }
    }

    public bool HasBytes
    {
        get
        {
            lock (_lock)
            {
                return _count > 0;
            }
        }
    }

    /// <summary>Whether the output is complete.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_lock)
            {
                return _completed;
            }
        }
    }

    private int Room => Math.Max(0, capacityBytes - _count - (RunCost * (_runs.Count + 1)));

    /// <summary>
    /// Returns the task of the waiting reader if there are bytes or the output has ended. The caller completes it, and is
    /// occupied while the reader resumes.
    /// </summary>
    public TaskCompletionSource? TakeReader()
    {
        lock (_lock)
        {
            var reader = _count > 0 || _completed ? _reader : null;
            _reader = reader is null ? _reader : null;
            return reader;
        }
    }

    /// <summary>Resumes the waiting reader on another thread.</summary>
    public void WakeReader() => TakeReader()?.CompleteOnPool();

    /// <summary>Bytes had no room: <see cref="TryRead"/> reports when there is some.</summary>
    public void Refuse()
    {
        lock (_lock)
        {
            _refused = true;
        }
    }

    /// <summary>Adds bytes. Wakes the reader only when there are many.</summary>
    /// <returns>How many bytes were added: all, or fewer when the buffer is full.</returns>
    public int Append(OutputStream stream, ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            if (_completed)
            {
                return data.Length;
            }

            var count = Math.Min(Room, data.Length);
            _refused |= count < data.Length;
            if (count == 0)
            {
                return 0;
            }

            Copy(data[..count]);
            if (_lastRun.Count > 0 && _lastRun.Stream == stream)
            {
                _lastRun.Count += count;
            }
            else
            {
                if (_lastRun.Count > 0)
                {
                    _runs.Enqueue(_lastRun);
                }

                _lastRun = (stream, count);
            }

            _count += count;
            if (_count >= MuchBytes)
            {
                WakeReader();
            }

            return count;
        }
    }

    /// <summary>
    /// Ends the output. The rest can still be read, then reading ends or throws the error. Does not wake the reader.
    /// </summary>
    public void Complete(Exception? error)
    {
        lock (_lock)
        {
            if (!_completed)
            {
                _completed = true;
                _error = error;
            }
        }
    }

    /// <summary>Copies bytes of the first run, or reports the end of the output.</summary>
    /// <param name="arrival">On failure: completes when to try again.</param>
    /// <param name="fetch">Whether bytes were refused before and there is now enough room to fetch them. Reported once.</param>
    public bool TryRead(Span<byte> destination, out ProcessOutput output, out bool fetch, out Task arrival)
    {
        lock (_lock)
        {
            arrival = Task.CompletedTask;
            output = default;
            fetch = false;
            if (_count == 0)
            {
                if (!_completed)
                {
                    _reader ??= new TaskCompletionSource();
                    arrival = _reader.Task;
                    return false;
                }

                return _error is null ? true : throw _error;
            }

            (var stream, var length) = _runs.TryPeek(out (OutputStream, int) first) ? first : _lastRun;
            var count = Math.Min(length - _readOfFirstRun, destination.Length);
            output = new ProcessOutput(stream, count);
            Take(destination[..count]);
            Shorten(count);
            fetch = _refused && Room >= capacityBytes / 2;
            _refused &= !fetch;
            return true;
        }
    }

    /// <summary>Drops unread bytes. Does not wake the reader.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _completed = true;
            _count = 0;
            _runs.Clear();
            _lastRun = default;
            while (_blocks.TryDequeue(out var block))
            {
                ArrayPool<byte>.Shared.Return(block);
            }

            _lastBlock = null;
        }
    }

    private void Copy(ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            if (_lastBlock is null || _end == _lastBlock.Length)
            {
                _lastBlock = ArrayPool<byte>.Shared.Rent(BlockBytes);
                _blocks.Enqueue(_lastBlock);
                _end = 0;
            }

            var count = Math.Min(data.Length, _lastBlock.Length - _end);
            data[..count].CopyTo(_lastBlock.AsSpan(_end));
            _end += count;
            data = data[count..];
        }
    }

    private void Take(Span<byte> destination)
    {
        _count -= destination.Length;
        while (destination.Length > 0)
        {
            var block = _blocks.Peek();
            var end = ReferenceEquals(block, _lastBlock) ? _end : block.Length;
            var count = Math.Min(destination.Length, end - _start);
            block.AsSpan(_start, count).CopyTo(destination);
            destination = destination[count..];
            _start += count;
            if (_start == end)
            {
                ArrayPool<byte>.Shared.Return(_blocks.Dequeue());
                _start = 0;
                _lastBlock = _blocks.Count > 0 ? _lastBlock : null;
            }
        }
    }

    private void Shorten(int count)
    {
        if (!_runs.TryPeek(out var first))
        {
            _lastRun.Count -= count;
            return;
        }

        _readOfFirstRun += count;
        if (_readOfFirstRun == first.Count)
        {
            _runs.Dequeue();
            _readOfFirstRun = 0;
        }
    }
}
