using SshMqttBridge.Commands;

namespace SshMqttBridge.Inbound;

/// <summary>What became of a message.</summary>
internal abstract record ParsedCommand
{
    private ParsedCommand() { }

    /// <summary>A command to carry out.</summary>
    internal sealed record Valid(Command Command) : ParsedCommand;

    /// <summary>A command of a known kind with something wrong: to be answered with a result.</summary>
    /// <param name="Origin">Where it came from.</param>
    /// <param name="Operation">What was wanted.</param>
    /// <param name="Id">The id that the client gave, if it could be read.</param>
    /// <param name="Reason">One of <see cref="Reasons"/>.</param>
    /// <param name="Message">What is wrong and what would be right.</param>
    internal sealed record Faulty(CommandOrigin Origin, Operation Operation, string? Id, string Reason, string Message)
        : ParsedCommand
    {
        /// <summary>The action that was wanted, where there is such an action.</summary>
        public string? Action { get; init; }

        /// <summary>The result that says so.</summary>
        public CommandResult ToResult() =>
            new()
            {
                Id = Id ?? CommandId.Make(),
                Server = Origin.ServerId,
                Operation = Operation,
                Action = Action,
                Status = CommandStatus.Rejected,
                Reason = Reason,
                Message = Message,
                ReceivedAt = Origin.ReceivedAt,
            };
    }

    /// <summary>No command at all: the topic names nothing that can be done.</summary>
    internal sealed record Unknown(CommandOrigin Origin, string Message) : ParsedCommand;
}
