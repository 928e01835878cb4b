namespace SshMqttBridge.Client;

/// <summary>The command line of the client.</summary>
internal sealed record ClientArguments
{
    /// <summary><c>run</c>, <c>action</c>, …</summary>
    public string Verb { get; init; } = "";

    /// <summary>What follows the verb and its options.</summary>
    public IReadOnlyList<string> Operands { get; init; } = [];

    /// <summary>The bridge's configuration; null: the environment names the broker.</summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Whether the command may get standard input.</summary>
    public bool ReadsInput { get; init; } = true;

    /// <summary>Whether to show the progress even if standard error is not a terminal.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>Whether to show the output of a command while it runs.</summary>
    public bool IsLive { get; init; } = true;

    /// <summary>The command's timeout in seconds.</summary>
    public int Timeout { get; init; } = 30;

    /// <summary>How long to wait for the result, in seconds; null: the verb's default.</summary>
    public int? Wait { get; init; }

    /// <summary>Whether the verb exists and the number and form of its operands are valid.</summary>
    public bool IsValid =>
        Verb switch
        {
            "run" => Operands.Count >= 2,
            "action" => Operands.Count >= 2 && Operands.Skip(2).All(IsAssignment),
            "get" or "put" => Operands.Count == 3,
            "servers" => Operands.Count == 0,
            "actions" => Operands.Count == 1,
            "completion" => Operands is ["bash" or "zsh" or "fish"],
            _ => false,
        };

    /// <summary>Reads the command line; null: wrong usage.</summary>
    public static ClientArguments? Parse(IReadOnlyList<string> words) => new ClientArgumentReader(words).Read();

    private static bool IsAssignment(string word) => word.Contains('=', StringComparison.Ordinal) && word[0] is not ('=' or '-');
}
