namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// The events of a channel, raised under its session's gate by the call that read them. Implementations neither throw nor call
/// libssh.
/// </summary>
internal interface IChannelEvents
{
    /// <param name="data">All bytes of this stream that libssh holds; valid during the call.</param>
    /// <returns>How many bytes were taken. libssh keeps the rest, and does not widen the peer's window for it.</returns>
    int OnData(OutputStream stream, ReadOnlySpan<byte> data);

    void OnEndOfFile();

    void OnClose();

    void OnExit(ProcessExit exit);
}
