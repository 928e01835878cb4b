namespace SshMqttBridge.Ssh;

/// <summary>
/// PORT: opens SSH-2 connections. An adapter keeps nothing between connections and never reconnects or retries by itself.
/// </summary>
internal interface ISshTransport
{
    /// <summary>
    /// Connects, verifies the host key before it sends any secret, and authenticates with one attempt:
    /// it sends a password at most once. The caller limits the time with the token.
    /// </summary>
    /// <returns>A session that the caller disposes.</returns>
    /// <exception cref="SshConnectionException">Not reachable, host key refused, or authentication failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the adapter has closed everything.</exception>
    Task<ISshSession> ConnectAsync(SshConnectRequest request, CancellationToken cancellationToken);
}

/// <summary>
/// One authenticated connection, until it is lost or disposed. Its members may be called from any thread, also while others are
/// under way.
/// </summary>
internal interface ISshSession : IAsyncDisposable
{
    /// <summary>The host key that the server proved to own.</summary>
    HostKey HostKey { get; }

    /// <summary>The algorithms negotiated when the connection was opened.</summary>
    NegotiatedAlgorithms Algorithms { get; }

    /// <summary>Cancelled when the connection is unusable: lost, closed by the server, or disposed.</summary>
    CancellationToken Disconnected { get; }

    /// <summary>
    /// How many bytes the server has sent so far; any change is a sign of life. Unchanged where it is unknown.
    /// </summary>
    ulong ReceivedBytes => 0;

    /// <summary>The server's identification string (RFC 4253 §4.2); empty if it is unknown.</summary>
    string ServerVersion => "";

    /// <summary>
    /// Whether the server announced at login that it runs a command of its own in place of any other. False also where this is
    /// unknown.
    /// </summary>
    bool HasForcedCommand => false;

    /// <summary>Opens a session channel (RFC 4254 §6.1). The caller disposes the process.</summary>
    /// <exception cref="SshChannelException">The server refused the channel; the connection stays open.</exception>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken);

    /// <summary>Sends a keepalive request and completes when the server has replied. One at a time.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    Task PingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Disconnects if the connection is still open, without waiting for the peer, and frees everything. Does not throw.
    /// </summary>
    new ValueTask DisposeAsync();
}

/// <summary>A session channel and the one command run in it. One reader and one writer at a time; a signal at any time.</summary>
internal interface IRemoteProcess : IAsyncDisposable
{
    /// <summary>
    /// Asks the server to run the command (RFC 4254 §6.5) and waits until the server has accepted. Once for each channel.
    /// </summary>
    /// <param name="command">Sent as UTF-8, byte for byte; must not contain U+0000.</param>
    /// <exception cref="SshChannelException">
    /// The server refused to run it; or it is <see cref="SshChannelFault.TooLarge"/>: nothing was sent, and the channel may run
    /// another.
    /// </exception>
    /// <exception cref="SshConnectionException">The connection is lost: the command may or may not run.</exception>
    Task StartAsync(string command, CancellationToken cancellationToken);

    /// <summary>
    /// Like <see cref="StartAsync"/>, for a command without standard input: sends the end of input together with the request
    /// where the library can.
    /// </summary>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    async Task StartWithoutInputAsync(string command, CancellationToken cancellationToken)
    {
        await StartAsync(command, cancellationToken);
        try
        {
            await CloseInputAsync(cancellationToken);
        }
        catch (SshConnectionException)
        {
            // The command was started, and may even have ended: its exit status and its output report the loss.
        }
    }

    /// <summary>
    /// Waits for output and copies some of it, in order of arrival. Unread output is held in a bounded buffer and then by SSH's
    /// flow control.
    /// </summary>
    /// <returns>A count of 0 after the last byte of both streams: end of file, or the channel was closed.</returns>
    /// <exception cref="SshConnectionException">The connection is lost, and all output that arrived before has been
    /// read.</exception>
    ValueTask<ProcessOutput> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Whether there is unread output. Any thread, until disposal.</summary>
    bool HasOutput { get; }

    /// <summary>Writes all of it to standard input; waits while the server's window is full.</summary>
    /// <exception cref="SshChannelException">The server closed the channel: standard input is no longer read.</exception>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>
    /// How many bytes of standard input the command has read, as far as the server reports it: what it has added to the channel's
    /// window (RFC 4254 §5.2) since the first byte was sent. It lags behind, grows also while nothing is written, and stays 0 at
    /// a server that opens the window wide at the start. Any thread, until disposal.
    /// </summary>
    long InputTakenBytes { get; }

    /// <summary>Ends standard input. Does nothing when the input has ended or the channel is closed.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    ValueTask CloseInputAsync(CancellationToken cancellationToken);

    /// <summary>Sends a signal (RFC 4254 §6.9), by its name without SIG. The server does not reply.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    ValueTask SignalAsync(string signal, CancellationToken cancellationToken);

    /// <summary>
    /// How the process ended, as soon as the server reports it, which may be before the end of its output;
    /// <see cref="ProcessExit.Unknown"/> if the channel was closed without a report.
    /// Faults with <see cref="SshConnectionException"/> when the connection is lost first.
    /// </summary>
    Task<ProcessExit> Exit { get; }

    /// <summary>Closes the channel without waiting for the peer. Does not throw.</summary>
    new ValueTask DisposeAsync();
}
