using SshMqttBridge.Commands;

namespace SshMqttBridge.Inbound;

/// <summary>The result of parsing a message.</summary>
internal abstract record ParsedCommand
{
    private ParsedCommand() { }

    /// <summary>A valid command.</summary>
    internal sealed record Valid(Command Command) : ParsedCommand;

    /// <summary>An invalid command of a known operation; the bridge answers it with a result.</summary>
    /// <param name="Origin">The origin of the message.</param>
    /// <param name="Operation">The requested operation.</param>
    /// <param name="Id">The client's id, if the parser could read it.</param>
    /// <param name="Reason">One of <see cref="Reasons"/>.</param>
    /// <param name="Message">The fault and how to correct it.</param>
    internal sealed record Faulty(CommandOrigin Origin, Operation Operation, string? Id, string Reason, string Message)
        : ParsedCommand
    {
        /// <summary>The requested action, if it exists.</summary>
        public string? Action { get; init; }

        /// <summary>The result that rejects the command.</summary>
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

    /// <summary>A message on an unknown topic.</summary>
    internal sealed record Unknown(CommandOrigin Origin, string Message) : ParsedCommand;
}
