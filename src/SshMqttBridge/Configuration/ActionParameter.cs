using SshMqttBridge.Common;

namespace SshMqttBridge.Configuration;

/// <summary>A parameter of an action: the name of a shell variable and its valid values.</summary>
/// <param name="Name">Matches <c>[a-z][a-z0-9_]{0,63}</c>, and is not a special variable of a shell.</param>
/// <param name="Type">The type of the values.</param>
internal sealed record ActionParameter(string Name, ActionParameterType Type)
{
    /// <summary>The display name; null: <see cref="Name"/>.</summary>
    public string? Title { get; init; }

    /// <summary>The default value; null: the parameter is required.</summary>
    public string? Default { get; init; }

    /// <summary>The minimum of a number; null: no limit.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>The maximum of a number; null: no limit.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>The maximum length of a text in characters. Default 256.</summary>
    public int MaximumLength { get; init; } = 256;

    /// <summary>A regular expression without backtracking that the whole of a text must match; null: any.</summary>
    public string? Pattern { get; init; }

    /// <summary>The values of a <see cref="ActionParameterType.Choice"/>; empty for other types.</summary>
    public ValueList<string> Choices { get; init; } = [];
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
