using SshMqttBridge.Ssh;

namespace SshMqttBridge.Configuration.Settings;

/// <summary>The settings of a server's section <c>algorithms</c>.</summary>
internal static class AlgorithmSettings
{
    private static readonly SettingTableBuilder Rows = new();

    public static OptionalSetting<IReadOnlyList<string>> HostKeys { get; } =
        Add(AlgorithmKind.HostKeys, "Algorithms that the server's host key may sign with.");

    public static OptionalSetting<IReadOnlyList<string>> KeyExchange { get; } =
        Add(AlgorithmKind.KeyExchange, "Key exchange methods.");

    public static OptionalSetting<IReadOnlyList<string>> Ciphers { get; } = Add(AlgorithmKind.Ciphers, "Ciphers.");

    public static OptionalSetting<IReadOnlyList<string>> Macs { get; } = Add(AlgorithmKind.Macs, "Message authentication codes.");

    public static OptionalSetting<IReadOnlyList<string>> Signatures { get; } =
        Add(AlgorithmKind.Signatures, "Algorithms that your own key may sign with at login.");

    public static SettingTable Table { get; } = Rows.Build();

    private static OptionalSetting<IReadOnlyList<string>> Add(AlgorithmKind kind, string description) =>
        Rows.AddOptional(
            AlgorithmMismatch.KeyOf(kind),
            new ListType<string>("algorithms", new TextType("algorithms", static _ => null, () => Schema(kind))),
            "the library's own",
            $"{description} A list replaces the default; + before it adds to that, - removes from it, ^ puts in front."
        );

    /// <summary>In the order of the alphabet, since the order of preference depends on the processor.</summary>
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
