using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Events;

/// <summary>An event of a server or one of its commands.</summary>
/// <param name="Server">The server's id; empty for an event of the bridge itself.</param>
internal abstract record ServerEvent(string Server)
{
    /// <summary>The approximate size in bytes.</summary>
    public virtual int Weight => 256;

    /// <summary>The bridge connected to its broker, or lost the connection.</summary>
    public sealed record Broker(bool IsOnline) : ServerEvent("");

    /// <summary>The bridge has taken over another configuration.</summary>
    public sealed record Reloaded() : ServerEvent("");

    /// <summary>The state of the bridge's group has changed.</summary>
    public sealed record Group(GroupState State) : ServerEvent("")
    {
        public override int Weight => base.Weight + State.Others.Sum(other => 64 + 2 * other.Instance.Length);
    }

    /// <summary>The SSH connection was opened or closed, or it is offline for another reason.</summary>
    public sealed record Connection(string Server, ConnectionStatus Status) : ServerEvent(Server)
    {
        public override int Weight => base.Weight + 2 * (Status.Message?.Length ?? 0);
    }

    /// <summary>The running command, if any, and the number of queued ones.</summary>
    public sealed record Queue(string Server, string? Running, int Queued) : ServerEvent(Server);

    /// <summary>A command was queued.</summary>
    public sealed record Accepted(Command Command) : ServerEvent(Command.Origin.ServerId)
    {
        public override int Weight => base.Weight + 2 * (Command.Text?.Length ?? 0);
    }

    /// <summary>The worker took a command from the queue.</summary>
    public sealed record Started(Command Command) : ServerEvent(Command.Origin.ServerId)
    {
        public override int Weight => base.Weight + 2 * (Command.Text?.Length ?? 0);
    }

    /// <summary>A running command printed output.</summary>
    /// <param name="Server">The server's id.</param>
    /// <param name="CommandId">The command's id.</param>
    /// <param name="Stream">Standard output or standard error.</param>
    /// <param name="Text">The output; bytes that are not UTF-8 are U+FFFD.</param>
    /// <param name="SkippedBytes">How much of the stream was skipped before it, because it arrived too fast.</param>
    public sealed record Output(string Server, string CommandId, OutputStream Stream, string Text, long SkippedBytes)
        : ServerEvent(Server)
    {
        public override int Weight => base.Weight + 2 * Text.Length;
    }

    /// <summary>The progress of a transfer.</summary>
    /// <param name="Server">The server's id.</param>
    /// <param name="Operation"><see cref="Commands.Operation.Get"/> or <see cref="Commands.Operation.Put"/>.</param>
    /// <param name="CommandId">The command's id.</param>
    /// <param name="Bytes">The number of bytes transferred.</param>
    /// <param name="Total">The size of the file.</param>
    /// <param name="Rate">Bytes per second.</param>
    public sealed record Progress(string Server, Operation Operation, string CommandId, long Bytes, long Total, long Rate)
        : ServerEvent(Server);

    /// <summary>A command ended, or was rejected.</summary>
    public sealed record Ended(CommandResult Result) : ServerEvent(Result.Server)
    {
        /// <summary>
        /// Of each stream, in characters. Subscribers have already received the output, and the journal has all of it.
        /// </summary>
        public const int MaximumOutputLength = 64 * 1024;

        public override int Weight => base.Weight + 2 * (Result.Out.Length + Result.Err.Length + (Result.Command?.Length ?? 0));

        /// <summary>Creates the event of a result, with truncated output.</summary>
        public static Ended Of(CommandResult result) => new(result.WithOutputUpTo(MaximumOutputLength));
    }
}
