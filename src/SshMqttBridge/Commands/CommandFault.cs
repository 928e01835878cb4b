namespace SshMqttBridge.Commands;

/// <summary>A message that cannot be made a command, within the parser only.</summary>
internal sealed class CommandFault(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;

    /// <summary>The id that the client gave, where it was still readable.</summary>
    public string? Id { get; init; }

    /// <summary>The name of the action that was wanted, where there is such an action.</summary>
    public string? Action { get; init; }

    /// <summary>Has a fault that is found from here on carry what is known by now, so that the client finds its answer.</summary>
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
