namespace SshMqttBridge.Commands;

/// <summary>Describes one operation: its name and its properties. Immutable.</summary>
internal sealed record OperationInfo
{
    /// <summary>The write topic that runs a named action; it is an exec, too.</summary>
    public const string RunTopic = "run";

    private OperationInfo(Operation operation, string name)
    {
        Operation = operation;
        Name = name;
    }

    /// <summary>All operations, in the order of the enumeration.</summary>
    public static IReadOnlyList<OperationInfo> All { get; } =
    [
        new(Operation.Exec, "exec")
        {
            JsonKey = "command",
            IsDatapoint = true,
            UsesChannel = true,
            TakesArgument = true,
        },
        new(Operation.Get, "get")
        {
            JsonKey = "source",
            IsDatapoint = true,
            UsesChannel = true,
        },
        new(Operation.Put, "put")
        {
            JsonKey = "source",
            IsDatapoint = true,
            UsesChannel = true,
        },
        new(Operation.Connection, "connection"),
        new(Operation.User, "user"),
        new(Operation.Password, "password"),
        new(Operation.Cancel, "cancel"),
    ];

    /// <summary>The names of a server's write topics, in the order in which messages list them.</summary>
    public static IReadOnlyList<string> Topics { get; } =
    [.. All.SelectMany(static info => info.Operation == Operation.Exec ? (string[])[info.Name, RunTopic] : [info.Name])];

    public Operation Operation { get; }

    /// <summary>
    /// The name in topics (<c>ssh/nas/NAME/set</c>, and <c>ssh/nas/NAME</c> for a datapoint), in JSON and in logs.
    /// </summary>
    public string Name { get; }

    /// <summary>The key that makes a JSON object a command of this operation; null: its payload is always plain text.</summary>
    public string? JsonKey { get; private init; }

    /// <summary>Whether the end of each command is published on <c>ssh/nas/NAME</c>.</summary>
    public bool IsDatapoint { get; private init; }

    /// <summary>Whether the command is sent to the server, through a channel of the connection.</summary>
    public bool UsesChannel { get; private init; }

    /// <summary>Whether the write topic may have a level before <c>set</c>, like the seconds of <c>exec/5/set</c>.</summary>
    public bool TakesArgument { get; private init; }

    public static OperationInfo Of(Operation operation) => All[(int)operation];

    /// <summary>Finds the operation by the write topic's name; null: the topic is unknown. Case-sensitive.</summary>
    public static OperationInfo? OfTopic(string name) =>
        name == RunTopic ? Of(Operation.Exec) : All.FirstOrDefault(info => info.Name == name);
}
