namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// How much standard input the server accepts now (RFC 4254 §5.2). <see cref="SshNetProcess"/> calls all members but
/// <see cref="TakenBytes"/> under its gate.
/// </summary>
internal sealed class SendWindow
{
    private const int MaximumWriteBytes = 256 * 1024;

    private TaskCompletionSource? _room;
    private long _bytes;
    private long _taken;
    private bool _hasSent;

    /// <summary>By how much the server has widened the window since the first byte was sent. Any thread.</summary>
    public long TakenBytes => Interlocked.Read(ref _taken);

    /// <summary>The server has opened the channel with this window.</summary>
    public void Open(uint bytes) => _bytes = bytes;

    /// <summary>The server has widened the window. Wakes the writer, which resumes on a thread of the pool.</summary>
    /// <exception cref="InvalidDataException">The window is wider than the protocol allows.</exception>
    public void Widen(uint bytes)
    {
        _bytes += bytes;
        if (_bytes > uint.MaxValue)
        {
            throw new InvalidDataException("the server opened a channel's window too wide");
        }

        if (_hasSent)
        {
            Interlocked.Add(ref _taken, bytes);
        }

        WakeWriter();
    }

    /// <summary>Takes room for some of the bytes.</summary>
    /// <returns>How many bytes may be sent now; 0: wait for <paramref name="room"/>.</returns>
    public int Take(int wanted, out Task room)
    {
        var count = (int)Math.Min(Math.Min(wanted, MaximumWriteBytes), _bytes);
        _bytes -= count;
        _hasSent |= count > 0;
        room = count == 0 ? (_room ??= NewSource()).Task : Task.CompletedTask;
        return count;
    }

    /// <summary>Wakes the writer, which resumes on a thread of the pool and looks again.</summary>
    public void WakeWriter()
    {
        _room?.TrySetResult();
        _room = null;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
