using System.Net;
using System.Text.Json.Nodes;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The types that settings of several sections share.</summary>
internal static class SettingTypes
{
    private const int MaximumLineLength = 256;

    /// <summary>With a dot at its end.</summary>
    private const int MaximumHostLength = HostRules.MaximumNameLength + 1;

    // Before the properties, whose initializers use it.
    private static readonly Parser<CommandPattern> ParsePattern = static (string text, out CommandPattern? pattern) =>
        Policies.CommandPattern.TryParse(text, out pattern, out var problem) ? null : problem;

    public static ChoiceType<bool> Flag { get; } = new(("true", true), ("false", false));

    /// <summary>A TCP port.</summary>
    public static WholeNumberType Port { get; } = new(1, IPEndPoint.MaxPort);

    /// <summary>A host name or an address, without a port.</summary>
    public static TextType Host { get; } =
        new("name or address", HostRules.ValidateHost, static () => HostSchema(SchemaPatterns.Host, MaximumHostLength));

    /// <summary>One or more topic levels.</summary>
    public static TextType Topic { get; } =
        new(
            "topic levels",
            TopicRules.ValidateBaseTopic,
            static () => SchemaKeywords.Word(SchemaPatterns.Topic, TopicRules.MaximumBaseTopicBytes)
        );

    public static TextType File { get; } = FileName("file");

    public static TextType PemFile { get; } = FileName("PEM file");

    public static TextType Folder { get; } = FileName("folder");

    public static SecretType Secret { get; } = new();

    /// <summary>A regular expression without backtracking.</summary>
    public static ParsedType<CommandPattern> CommandPattern { get; } =
        new("regular expression", ParsePattern, static () => SchemaKeywords.Text(), static pattern => pattern.Text);

    /// <summary>Text of one line.</summary>
    public static TextType Line { get; } =
        new(
            $"1 to {MaximumLineLength} characters",
            ValidateLine,
            static () => SchemaKeywords.Word(SchemaPatterns.Line, MaximumLineLength)
        );

    /// <summary>Describes a valid text of one line, or returns null for one.</summary>
    public static string? ValidateLine(string text) =>
        text.Length is 0 or > MaximumLineLength || text.Any(char.IsControl)
            ? $"must be 1–{MaximumLineLength} characters, without control characters"
            : null;

    /// <summary>A schema of host names and addresses, which are not negative numbers.</summary>
    public static JsonObject HostSchema(string pattern, int maximumLength) =>
        SchemaKeywords.Word(pattern, maximumLength, isSigned: false);

    private static TextType FileName(string text) =>
        new(
            text,
            static name => name.Length == 0 ? "must be the name of a file or folder" : null,
            static () => SchemaKeywords.Text(minimumLength: 1)
        );
}
