using SshMqttBridge.Commands;
using SshMqttBridge.Ssh;

namespace SshMqttBridge.Events;

/// <summary>Something that happened to a server or one of its commands, told as it happens.</summary>
/// <param name="Server">The server's id; empty for what concerns the bridge itself.</param>
internal abstract record ServerEvent(string Server)
{
    /// <summary>How many bytes it takes to keep it, roughly.</summary>
    public virtual int Weight => 256;

    /// <summary>The bridge has found or lost its broker.</summary>
    public sealed record Broker(bool IsOnline) : ServerEvent("");

    /// <summary>The SSH connection was opened or closed.</summary>
    public sealed record Connection(string Server, bool IsOnline) : ServerEvent(Server);

    /// <summary>What runs, null for nothing, and how many commands wait.</summary>
    public sealed record Queue(string Server, string? Running, int Queued) : ServerEvent(Server);

    /// <summary>A command was accepted and waits for its turn.</summary>
    public sealed record Accepted(Command Command) : ServerEvent(Command.Origin.ServerId)
    {
        public override int Weight => base.Weight + 2 * (Command.Text?.Length ?? 0);
    }

    /// <summary>A command was taken from the queue.</summary>
    public sealed record Started(Command Command) : ServerEvent(Command.Origin.ServerId)
    {
        public override int Weight => base.Weight + 2 * (Command.Text?.Length ?? 0);
    }

    /// <summary>A running command has printed something.</summary>
    /// <param name="Server">The server's id.</param>
    /// <param name="CommandId">The command's id.</param>
    /// <param name="Stream">Which of the two streams.</param>
    /// <param name="Text">What it printed; bytes that are not UTF-8 are U+FFFD.</param>
    /// <param name="SkippedBytes">How much of the same stream was left out just before it, since it came faster than anybody reads.</param>
    public sealed record Output(string Server, string CommandId, OutputStream Stream, string Text, long SkippedBytes)
        : ServerEvent(Server)
    {
        public override int Weight => base.Weight + 2 * Text.Length;
    }

    /// <summary>How far a transfer is.</summary>
    /// <param name="Server">The server's id.</param>
    /// <param name="Operation"><see cref="Commands.Operation.Get"/> or <see cref="Commands.Operation.Put"/>.</param>
    /// <param name="CommandId">The command's id.</param>
    /// <param name="Bytes">Moved by now.</param>
    /// <param name="Total">In all.</param>
    /// <param name="Rate">Bytes per second.</param>
    public sealed record Progress(string Server, Operation Operation, string CommandId, long Bytes, long Total, long Rate)
        : ServerEvent(Server);

    /// <summary>A command has its result; also one that was refused and never accepted.</summary>
    public sealed record Ended(CommandResult Result) : ServerEvent(Result.Server)
    {
        /// <summary>The longest output of each stream that is told, in characters: who watches has seen it, and the journal has the whole.</summary>
        public const int LongestOutput = 64 * 1024;

        public override int Weight => base.Weight + 2 * (Result.Out.Length + Result.Err.Length + (Result.Command?.Length ?? 0));

        /// <summary>Makes the event of a result, with what is long in it cut.</summary>
        public static Ended Of(CommandResult result) => new(result.WithOutputUpTo(LongestOutput));
    }
}
