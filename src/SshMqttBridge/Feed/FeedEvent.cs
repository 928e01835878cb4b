using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Feed;

/// <summary>Something that happened to a server or one of its commands, told as it happens.</summary>
/// <param name="Server">The server's id.</param>
internal abstract record FeedEvent(string Server)
{
    /// <summary>The SSH connection was opened or closed.</summary>
    public sealed record Connection(string Server, bool IsOnline) : FeedEvent(Server);

    /// <summary>What runs, null for nothing, and how many commands wait.</summary>
    public sealed record Queue(string Server, string? Running, int Queued) : FeedEvent(Server);

    /// <summary>A command was accepted and waits for its turn.</summary>
    public sealed record Accepted(Command Command) : FeedEvent(Command.Origin.ServerId);

    /// <summary>A command was taken from the queue.</summary>
    public sealed record Started(Command Command) : FeedEvent(Command.Origin.ServerId);

    /// <summary>A running command has printed something; characters may be cut in two between two events.</summary>
    public sealed record Output(string Server, string CommandId, OutputStream Stream, ReadOnlyMemory<byte> Bytes)
        : FeedEvent(Server);

    /// <summary>How far a transfer is.</summary>
    /// <param name="Server">The server's id.</param>
    /// <param name="Operation"><see cref="Commands.Operation.Get"/> or <see cref="Commands.Operation.Put"/>.</param>
    /// <param name="CommandId">The command's id.</param>
    /// <param name="Bytes">Moved by now.</param>
    /// <param name="Total">In all.</param>
    /// <param name="Rate">Bytes per second.</param>
    public sealed record Progress(string Server, Operation Operation, string CommandId, long Bytes, long Total, long Rate)
        : FeedEvent(Server);

    /// <summary>A command has its result; also one that was refused and never accepted.</summary>
    public sealed record Ended(CommandResult Result) : FeedEvent(Result.Server);
}
