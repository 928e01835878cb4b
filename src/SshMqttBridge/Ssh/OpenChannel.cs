namespace SshMqttBridge.Ssh;

/// <summary>A channel that was just opened, and its session. The owner disposes the process.</summary>
internal sealed record OpenChannel(ISshSession Session, IRemoteProcess Process)
{
    /// <summary>Opens channels on this session.</summary>
    public static ChannelSource On(ISshSession session) =>
        async cancellationToken => new OpenChannel(session, await session.OpenChannelAsync(cancellationToken));
}

/// <summary>Opens a channel; connects first if there is no connection.</summary>
/// <exception cref="SshChannelException">The server refused the channel.</exception>
/// <exception cref="SshConnectionException">The connection cannot be opened.</exception>
internal delegate Task<OpenChannel> ChannelSource(CancellationToken cancellationToken);
