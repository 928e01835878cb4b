namespace SshMqttBridge.Ssh;

/// <summary>PORT: opens SSH-2 connections. An adapter keeps nothing between connections and never reconnects or retries by itself.</summary>
internal interface ISshTransport
{
    /// <summary>
    /// Connects, has the host key judged before any secret is sent, and authenticates with one attempt:
    /// a password goes to the server once at the most. The caller bounds the time with the token.
    /// </summary>
    /// <returns>A session that the caller disposes.</returns>
    /// <exception cref="SshConnectionException">Not reachable, host key refused, or authentication failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing stays open.</exception>
    Task<ISshSession> ConnectAsync(SshConnectRequest request, CancellationToken cancellationToken);
}

/// <summary>One authenticated connection, until it is lost or disposed. Its members may be called from any thread, also while others are under way.</summary>
internal interface ISshSession : IAsyncDisposable
{
    /// <summary>The key the server proved to hold.</summary>
    HostKey HostKey { get; }

    /// <summary>What was agreed when the connection was opened.</summary>
    NegotiatedAlgorithms Algorithms { get; }

    /// <summary>Cancelled when the connection is unusable: lost, closed by the server, or disposed.</summary>
    CancellationToken Disconnected { get; }

    /// <summary>Opens a session channel (RFC 4254 §6.1). The caller disposes the process.</summary>
    /// <exception cref="SshChannelException">The server refused the channel; the connection goes on.</exception>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    Task<IRemoteProcess> OpenChannelAsync(CancellationToken cancellationToken);

    /// <summary>Asks the server for a sign of life and completes when it came. One at a time.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    Task PingAsync(CancellationToken cancellationToken);

    /// <summary>Says goodbye if the connection still stands, without waiting for the peer, and frees everything. Does not throw.</summary>
    new ValueTask DisposeAsync();
}

/// <summary>A session channel and the one command run in it. One reader and one writer at a time; a signal at any time.</summary>
internal interface IRemoteProcess : IAsyncDisposable
{
    /// <summary>Asks the server to run the command (RFC 4254 §6.5) and waits until it says that it does. Once for each channel.</summary>
    /// <param name="command">Sent as UTF-8, byte for byte; must not contain U+0000.</param>
    /// <exception cref="SshChannelException">
    /// The server refused to run it; or it is <see cref="SshChannelFault.TooLarge"/>: nothing was sent, and the channel may be used for another.
    /// </exception>
    /// <exception cref="SshConnectionException">The connection is lost: the command may or may not run.</exception>
    Task StartAsync(string command, CancellationToken cancellationToken);

    /// <summary>As <see cref="StartAsync"/>, for a command without standard input: sends the end of input together with the request where the library can.</summary>
    /// <inheritdoc cref="StartAsync" path="/exception"/>
    async Task StartWithoutInputAsync(string command, CancellationToken cancellationToken)
    {
        await StartAsync(command, cancellationToken);
        await CloseInputAsync(cancellationToken);
    }

    /// <summary>
    /// Waits for output and copies some of it, in order of arrival. What is not read is held back within a bounded buffer and then by SSH's own flow control.
    /// </summary>
    /// <returns>A count of 0 after the last byte of both streams: end of file, or the channel was closed.</returns>
    /// <exception cref="SshConnectionException">The connection is lost, and what arrived before has been read.</exception>
    ValueTask<ProcessOutput> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Whether output has arrived that was not read yet. Any thread, until disposal.</summary>
    bool HasOutput { get; }

    /// <summary>Writes all of it to standard input; waits while the server's window is full.</summary>
    /// <exception cref="SshChannelException">The server closed the channel: nobody reads any more.</exception>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>
    /// How many bytes of standard input the command has taken in, as far as the server has told: what it has added to the channel's window (RFC 4254 §5.2) since the first
    /// byte was sent. It lags behind, grows also while nothing is written, and stays 0 at a server that opens the window wide at the start. Any thread, until disposal.
    /// </summary>
    long InputTakenBytes { get; }

    /// <summary>Ends standard input. Does nothing when it has ended, or the channel was closed.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    ValueTask CloseInputAsync(CancellationToken cancellationToken);

    /// <summary>Sends a signal (RFC 4254 §6.9), by its name without SIG. No answer is to be expected.</summary>
    /// <exception cref="SshConnectionException">The connection is lost.</exception>
    ValueTask SignalAsync(string signal, CancellationToken cancellationToken);

    /// <summary>
    /// How the process ended, as soon as the server says it, which may be before the end of its output;
    /// <see cref="ProcessExit.Unknown"/> if the channel was closed without a word of it.
    /// Faults with <see cref="SshConnectionException"/> when the connection is lost first.
    /// </summary>
    Task<ProcessExit> Exit { get; }

    /// <summary>Closes the channel without waiting for the peer. Does not throw.</summary>
    new ValueTask DisposeAsync();
}
