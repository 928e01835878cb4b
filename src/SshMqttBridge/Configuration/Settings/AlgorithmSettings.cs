using SshMqttBridge.Ssh;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of a server's section <c>algorithms</c>.</summary>
internal static class AlgorithmSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static OptionalSetting<IReadOnlyList<string>> HostKeys { get; } =
        Add(AlgorithmKind.HostKeys, "Signature algorithms that are accepted for the server's host key.");

    public static OptionalSetting<IReadOnlyList<string>> KeyExchange { get; } =
        Add(AlgorithmKind.KeyExchange, "Key exchange methods.");

    public static OptionalSetting<IReadOnlyList<string>> Ciphers { get; } = Add(AlgorithmKind.Ciphers, "Ciphers.");

    public static OptionalSetting<IReadOnlyList<string>> Macs { get; } = Add(AlgorithmKind.Macs, "Message authentication codes.");

    public static OptionalSetting<IReadOnlyList<string>> Signatures { get; } =
        Add(AlgorithmKind.Signatures, "Signature algorithms that are used with your own key.");

    public static SettingTable Table { get; } = Rows.Build();

    private static OptionalSetting<IReadOnlyList<string>> Add(AlgorithmKind kind, string description) =>
        Rows.AddOptional(
            AlgorithmMismatch.KeyOf(kind),
            new ListType<string>("algorithms", new TextType("algorithms", static _ => null, () => Schema(kind))),
            "the library's default",
            $"{description} A list replaces the default set; a leading + appends to the set, - removes from it, "
                + "^ places at its head."
        );

    /// <summary>In alphabetical order, because the order of preference depends on the processor.</summary>
    private static System.Text.Json.Nodes.JsonObject Schema(AlgorithmKind kind) =>
        SchemaKeywords.Pattern(
            SchemaPatterns.Algorithms(
                AlgorithmCatalog
                    .Of(SshLibrary.SshNet)
                    .Known(kind)
                    .Union(AlgorithmCatalog.Of(SshLibrary.LibSsh).Known(kind))
                    .Order(StringComparer.Ordinal)
            )
        );
}
