namespace SshMqttBridge.Policies;

/// <summary>Which command lines may be written to a server's <c>exec/set</c>. Immutable.</summary>
internal sealed class CommandRule
{
    CommandRule(IReadOnlyList<CommandPattern>? patterns) => Patterns = patterns;

    /// <summary>Every one.</summary>
    public static CommandRule Any { get; } = new(null);

    /// <summary>None: only what the configuration names.</summary>
    public static CommandRule ActionsOnly { get; } = new([]);

    /// <summary>What a command line must match one of; null: nothing.</summary>
    public IReadOnlyList<CommandPattern>? Patterns { get; }

    /// <summary>Those that one of the patterns matches.</summary>
    public static CommandRule Matching(IReadOnlyList<CommandPattern> patterns) =>
        patterns.Count > 0 ? new CommandRule(patterns) : throw new ArgumentException("No pattern.", nameof(patterns));

    /// <summary>Says why the command line may not be run, or null if it may.</summary>
    public string? RefusalOf(string commandLine) =>
        this == Any ? null
        : this == ActionsOnly ? "Only named actions may be run on this server (commands: actions)."
        : Patterns!.Any(pattern => pattern.Matches(commandLine)) ? null
        : "The command matches none of the patterns that are allowed on this server (commands).";
}
