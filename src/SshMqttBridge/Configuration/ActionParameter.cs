namespace SshMqttBridge.Configuration;

/// <summary>What an action may be told: the name of a shell variable, and which values it takes.</summary>
/// <param name="Name">Matches <c>[a-z][a-z0-9_]{0,63}</c>, and is no variable that a shell gives a meaning to.</param>
/// <param name="Type">Which values there are.</param>
internal sealed record ActionParameter(string Name, ActionParameterType Type)
{
    /// <summary>For people; null: <see cref="Name"/>.</summary>
    public string? Title { get; init; }

    /// <summary>The value when none is given; null: one must be given.</summary>
    public string? Default { get; init; }

    /// <summary>The least number; null: no limit.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The greatest number; null: no limit.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>The most characters of a text. Default 256.</summary>
    public int MaximumLength { get; init; } = 256;

    /// <summary>A regular expression without backtracking that the whole of a text must match; null: any.</summary>
    public string? Pattern { get; init; }

    /// <summary>The values of a <see cref="ActionParameterType.Choice"/>; empty for other types.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

internal enum ActionParameterType
{
    /// <summary>Text without control characters.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>One of a list.</summary>
    Choice,
}
