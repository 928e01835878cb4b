using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

/// <summary>For a bridge that is alone: its journal is enough.</summary>
internal sealed class NoCommandRecords : ICommandRecords
{
    public CommandOutcome? Refusal => null;
    public bool MaySend => true;

    public void Accepted(PendingCommand pending) { }

    public Task SentAsync(PendingCommand pending, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Ended(CommandResult result, bool hasOwnId) { }

    public void Acknowledged(CommandResult result, bool hasOwnId) { }
}
