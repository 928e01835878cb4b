using SshMqttBridge.Commands;

namespace SshMqttBridge.Inbound;

/// <summary>The result of submitting a command.</summary>
/// <param name="Id">The command's id.</param>
/// <param name="Refusal">The rejection, if the bridge rejected the command at once; null: the bridge publishes its result
/// later.</param>
internal sealed record Submission(string Id, CommandResult? Refusal);
