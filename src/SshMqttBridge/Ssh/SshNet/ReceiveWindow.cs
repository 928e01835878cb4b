namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// How much output the server may send before the bridge reads it (RFC 4254 §5.2). <see cref="SshNetProcess"/> calls all members
/// under its gate.
/// </summary>
internal sealed class ReceiveWindow
{
    /// <summary>How much output the server may send before it is read.</summary>
    public const uint InitialBytes = 1024 * 1024;

    /// <summary>The largest piece of output in one packet.</summary>
    public const uint PacketBytes = 32 * 1024;

    private long _bytes = InitialBytes;
    private int _toGrant;

    /// <summary>Output has arrived.</summary>
    /// <exception cref="InvalidDataException">The server sent more than it may.</exception>
    public void Use(int bytes)
    {
        _bytes -= bytes;
        if (_bytes < 0 || bytes > PacketBytes)
        {
            throw new InvalidDataException("the server sent more data than the channel's window allows");
        }
    }

    /// <summary>Output has been read.</summary>
    public void Release(int bytes) => _toGrant += bytes;

    /// <summary>Widens the window by half at a time: one message for each read would cost more than it gains.</summary>
    /// <returns>The bytes to add to the window at the server; 0: none yet.</returns>
    public uint Grant()
    {
        if (_toGrant < InitialBytes / 2)
        {
            return 0;
        }

        var granted = (uint)_toGrant;
        _bytes += _toGrant;
        _toGrant = 0;
        return granted;
    }
}
