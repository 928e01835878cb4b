using SshMqttBridge.Commands;

namespace SshMqttBridge.Tests.Unit.Journal;

/// <summary>Commands and results for the journal.</summary>
internal static class JournalCommands
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static ExecCommand Exec(string id, string commandLine = "uptime", string server = "nas", DateTimeOffset? at = null) =>
        new(commandLine, ExecCommand.DefaultTimeout, null)
        {
            Origin = new CommandOrigin(server, $"ssh/{server}/exec/set", at ?? Noon, 0),
            Id = id,
            HasOwnId = true,
        };

    public static CommandResult Result(Command command, string output = "", CommandStatus status = CommandStatus.Succeeded) =>
        new()
        {
            Id = command.Id,
            Server = command.Origin.ServerId,
            Operation = command.Operation,
            Command = command.Text,
            Status = status,
            Exit = status == CommandStatus.Succeeded ? 0 : null,
            Out = output,
            OutBytes = output.Length,
            ReceivedAt = command.Origin.ReceivedAt,
            DurationMs = 12,
        };
}
