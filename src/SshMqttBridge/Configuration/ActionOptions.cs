using SshMqttBridge.Common;

namespace SshMqttBridge.Configuration;

/// <summary>A named command; <c>ssh/ID/run/NAME/set</c> runs it.</summary>
internal sealed record ActionOptions
{
    /// <summary>Matches <c>[a-z0-9_-]{1,64}</c>; unique for its server.</summary>
    public required string Name { get; init; }

    /// <summary>The display name; null: <see cref="Name"/>.</summary>
    public string? Title { get; init; }

    /// <summary>The heading under which web pages show it, with the others that have the same; null: none.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// The command line for the user's shell on the server. Each parameter is a shell variable. Empty for a <see cref="Switch"/>.
    /// </summary>
    public required string CommandLine { get; init; }

    /// <summary>Its commands, if it turns something on and off; null: it does not.</summary>
    public ActionSwitch? Switch { get; init; }

    /// <summary>
    /// The command line that finds out what the action has set: a switch is on if it exits with 0, and the value of a parameter is
    /// its output. The schedule runs this one, and each run of the action is followed by it. Null: none.
    /// </summary>
    public string? StateCommandLine { get; init; }

    /// <summary>A Home Assistant icon, for example <c>mdi:restart</c>; null: none.</summary>
    public string? Icon { get; init; }

    /// <summary>The maximum duration, from sending the command to its end. Default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The confirmation question of web pages; null: none.</summary>
    public string? Confirm { get; init; }

    /// <summary>In the order of the file; names are unique.</summary>
    public ValueList<ActionParameter> Parameters { get; init; } = [];

    /// <summary>The schedule; null: none.</summary>
    public ActionSchedule? Schedule { get; init; }

    /// <summary>The sensor of its output in Home Assistant; null: with the defaults. Only with a schedule.</summary>
    public ActionSensor? Sensor { get; init; }

    /// <summary>The binary sensor of its success in Home Assistant; null: none. Only with a schedule.</summary>
    public ActionBinarySensor? BinarySensor { get; init; }

    /// <summary>
    /// Whether <c>ssh/ID/action/NAME/state</c> says what the action has set: of a switch, of a single number or choice, and if there
    /// is a <see cref="StateCommandLine"/>.
    /// </summary>
    public bool HasState =>
        Switch is not null
        || StateCommandLine is not null
        || Parameters is [{ Type: ActionParameterType.Integer or ActionParameterType.Number or ActionParameterType.Choice }];

    /// <summary>Whether <c>ssh/ID/action/NAME/status</c> says whether its last run succeeded.</summary>
    public bool HasStatus => Schedule is not null || HasState;
}
