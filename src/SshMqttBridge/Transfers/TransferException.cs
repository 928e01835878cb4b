using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>A transfer was refused or failed for a reason other than the connection or the channel.</summary>
/// <param name="reason"><see cref="Reasons.Path"/>, <see cref="Reasons.Local"/>, <see cref="Reasons.Remote"/> or <see
/// cref="Reasons.Stalled"/>.</param>
/// <param name="message">What happened, for the user who requested the transfer.</param>
internal sealed class TransferException(string reason, string message, Exception? inner = null)
    : Exception(Printable.Message(message), inner)
{
    public string Reason { get; } = reason;
}
