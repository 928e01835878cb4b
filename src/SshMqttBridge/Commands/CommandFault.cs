namespace SshMqttBridge.Commands;

/// <summary>A message that cannot be made a command, within the parser only.</summary>
internal sealed class CommandFault(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;

    /// <summary>The id that the client gave, where it was still readable.</summary>
    public string? Id { get; init; }
}
