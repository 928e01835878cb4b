namespace SshMqttBridge.Ssh;

/// <summary>A channel that was just opened, and the session it is of. Who has it disposes the process.</summary>
internal sealed record OpenChannel(ISshSession Session, IRemoteProcess Process)
{
    /// <summary>Opens channels on this session.</summary>
    public static ChannelSource On(ISshSession session) =>
        async cancellationToken => new OpenChannel(session, await session.OpenChannelAsync(cancellationToken));
}

/// <summary>Opens a channel, connecting first if need be.</summary>
/// <exception cref="SshChannelException">The server refused the channel.</exception>
/// <exception cref="SshConnectionException">There is no connection to be had.</exception>
internal delegate Task<OpenChannel> ChannelSource(CancellationToken cancellationToken);
