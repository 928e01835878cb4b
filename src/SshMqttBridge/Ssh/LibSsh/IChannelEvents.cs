namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>What a channel tells, under its session's gate, from within whichever call took it in. Implementations neither throw nor call libssh.</summary>
internal interface IChannelEvents
{
    /// <param name="data">All of this stream that libssh holds; valid during the call.</param>
    /// <returns>How many bytes of it were taken. The rest libssh keeps, and with it the peer's window closed.</returns>
    int OnData(OutputStream stream, ReadOnlySpan<byte> data);

    void OnEndOfFile();

    void OnClose();

    void OnExit(ProcessExit exit);
}
