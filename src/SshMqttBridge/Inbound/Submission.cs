using SshMqttBridge.Commands;

namespace SshMqttBridge.Inbound;

/// <summary>What became of a command that was handed in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Refusal">Why it is not carried out, where that is known at once; null: it will have its result.</param>
internal sealed record Submission(string Id, CommandResult? Refusal);
