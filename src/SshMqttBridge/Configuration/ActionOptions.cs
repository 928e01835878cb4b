namespace SshMqttBridge.Configuration;

/// <summary>A command that has a name: what <c>ssh/ID/run/NAME/set</c> runs.</summary>
internal sealed record ActionOptions
{
    /// <summary>Matches <c>[a-z0-9_-]{1,64}</c>; unique for its server.</summary>
    public required string Name { get; init; }

    /// <summary>For people; null: <see cref="Name"/>.</summary>
    public string? Title { get; init; }

    /// <summary>What the user's shell at the server is given. Each parameter is a shell variable in it.</summary>
    public required string CommandLine { get; init; }

    /// <summary>An icon's name as Home Assistant has them, <c>mdi:restart</c>; null: none.</summary>
    public string? Icon { get; init; }

    /// <summary>From being sent to its end. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a person is asked before it is run from a page; null: nothing.</summary>
    public string? Confirm { get; init; }

    /// <summary>In the order of the file; names are unique.</summary>
    public IReadOnlyList<ActionParameter> Parameters { get; init; } = [];

    /// <summary>When it is run by itself; null: never.</summary>
    public ActionSchedule? Schedule { get; init; }
}
