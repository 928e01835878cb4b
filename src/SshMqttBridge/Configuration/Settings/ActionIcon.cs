using System.Text.RegularExpressions;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The name of an action's icon.</summary>
internal static partial class ActionIcon
{
    private const int MaximumMilliseconds = 1_000;

    public static TextType Type { get; } = new("`mdi:…`", Validate, static () => SchemaKeywords.Pattern(SchemaPatterns.Icon));

    private static string? Validate(string text) =>
        Name().IsMatch(text) ? null : "must be the name of a Material Design icon, for example mdi:restart";

    [GeneratedRegex(@"\Amdi:[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, MaximumMilliseconds)]
    private static partial Regex Name();
}
