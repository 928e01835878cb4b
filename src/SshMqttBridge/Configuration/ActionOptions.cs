namespace SshMqttBridge.Configuration;

/// <summary>A named command; <c>ssh/ID/run/NAME/set</c> runs it.</summary>
internal sealed record ActionOptions
{
    /// <summary>Matches <c>[a-z0-9_-]{1,64}</c>; unique for its server.</summary>
    public required string Name { get; init; }

    /// <summary>The display name; null: <see cref="Name"/>.</summary>
    public string? Title { get; init; }

    /// <summary>The command line for the user's shell on the server. Each parameter is a shell variable.</summary>
    public required string CommandLine { get; init; }

    /// <summary>A Home Assistant icon, for example <c>mdi:restart</c>; null: none.</summary>
    public string? Icon { get; init; }

    /// <summary>The maximum duration, from sending the command to its end. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The confirmation question of web pages; null: none.</summary>
    public string? Confirm { get; init; }

    /// <summary>In the order of the file; names are unique.</summary>
    public IReadOnlyList<ActionParameter> Parameters { get; init; } = [];

    /// <summary>The schedule; null: none.</summary>
    public ActionSchedule? Schedule { get; init; }

    /// <summary>The sensor of its output in Home Assistant; null: with the defaults. Only with a schedule.</summary>
    public ActionSensor? Sensor { get; init; }
}
