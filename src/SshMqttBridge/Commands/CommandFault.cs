namespace SshMqttBridge.Commands;

/// <summary>A message is not a valid command. Used within the parser only.</summary>
internal sealed class CommandFault(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;

    /// <summary>The client's id, if it was readable.</summary>
    public string? Id { get; init; }

    /// <summary>The requested action, if it exists.</summary>
    public string? Action { get; init; }

    /// <summary>
    /// Adds the id and the action to a fault of <paramref name="build"/>, so that the client can recognize the answer.
    /// </summary>
    public static T Naming<T>(string? id, string? action, Func<T> build)
    {
        try
        {
            return build();
        }
        catch (CommandFault fault)
        {
            throw new CommandFault(fault.Reason, fault.Message) { Id = fault.Id ?? id, Action = fault.Action ?? action };
        }
    }
}
