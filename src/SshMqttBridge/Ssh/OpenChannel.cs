using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh;

/// <summary>A channel that was just opened, and what stops its command. The owner disposes the process.</summary>
/// <param name="Stopper">Stops its command.</param>
/// <param name="Process">The channel.</param>
/// <param name="ServerVersion">The server's identification string; empty: unknown.</param>
internal sealed record OpenChannel(ProcessStopper Stopper, IRemoteProcess Process, string ServerVersion)
{
    /// <summary>Opens channels on this session.</summary>
    public static ChannelSource On(ISshSession session, TimeProvider time) =>
        async cancellationToken => new OpenChannel(
            new ProcessStopper(session, new StopScript(StopRule.Auto), time),
            await session.OpenChannelAsync(cancellationToken),
            session.ServerVersion
        );
}

/// <summary>Opens a channel; connects first if there is no connection.</summary>
/// <exception cref="SshChannelException">The server refused the channel.</exception>
/// <exception cref="SshConnectionException">The connection cannot be opened.</exception>
internal delegate Task<OpenChannel> ChannelSource(CancellationToken cancellationToken);
