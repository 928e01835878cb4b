using SshMqttBridge.Common;

namespace SshMqttBridge.Policies;

/// <summary>Which command lines <c>exec</c> may run on a server. Immutable.</summary>
internal sealed record CommandRule
{
    private CommandRule() { }

    /// <summary>Any command line.</summary>
    public static CommandRule Any { get; } = new();

    /// <summary>No command line: only named actions.</summary>
    public static CommandRule ActionsOnly { get; } = new() { Patterns = [] };

    /// <summary>The allowed patterns, of which a command line must match one; null: any command line is allowed.</summary>
    public ValueList<CommandPattern>? Patterns { get; private init; }

    /// <summary>Command lines that match one of the patterns.</summary>
    public static CommandRule Matching(IReadOnlyList<CommandPattern> patterns) =>
        patterns.Count > 0
            ? new CommandRule { Patterns = [.. patterns] }
            : throw new ArgumentException("No pattern.", nameof(patterns));

    /// <summary>Returns why the command line is not allowed; null: it is.</summary>
    public string? RefusalOf(string commandLine) =>
        this == Any ? null
        : this == ActionsOnly ? "This server allows only named actions (commands: actions)."
        : Patterns!.Any(pattern => pattern.Matches(commandLine)) ? null
        : "The command does not match any pattern that this server allows (commands).";
}
