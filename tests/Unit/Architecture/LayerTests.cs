using NetArchTest.Rules;
using SshMqttBridge.Common;

namespace SshMqttBridge.Tests.Unit.Architecture;

/// <summary>
/// A namespace depends only on those of the layers above it (docs/architecture.md), so that none can be part of a circle.
/// </summary>
public sealed class LayerTests
{
    /// <summary>From the top down. Namespaces of one layer do not depend on one another either.</summary>
    private static readonly string[][] Layers =
    [
        ["Common"],
        ["Commands"],
        ["Policies"],
        ["Configuration"],
        ["Mqtt", "Ssh"],
        ["Mqtt.MqttNet", "Ssh.LibSsh", "Ssh.SshNet"],
        ["Events", "Transfers", "Actions", "Journal", "Audit", "Client"],
        ["Output"],
        ["Servers"],
        ["Groups"],
        ["Groups.Etcd"],
        ["Inbound"],
        ["HomeAssistant", "WebConsole", "Operations", "Metrics"],
        ["Configuration.Tree"],
        ["Configuration.Settings"],
        ["Configuration.Reading"],
        ["Hosting"],
        ["Hosting.Demo"],
        ["Hosting.Verbs"],
    ];

    private static readonly string[] Adapters = ["Mqtt.MqttNet", "Ssh.LibSsh", "Ssh.SshNet"];

    private static readonly string[] Namespaces = [.. Layers.SelectMany(layer => layer)];

    public static TheoryData<string> EachNamespace => [.. Namespaces];

    [Theory]
    [MemberData(nameof(EachNamespace))]
    public void Namespace_GivenItsLayer_ShouldNotDependOnItsNeighboursOrOnALayerBelow(string name)
    {
        var layer = Array.FindIndex(Layers, names => names.Contains(name));
        string[] forbidden = [.. Layers.Skip(layer).SelectMany(names => names).Where(other => other != name).Select(Full)];

        Violations(name, forbidden).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(EachNamespace))]
    public void Namespace_GivenTheAdapters_ShouldKnowThemOnlyWhereTheProgramIsComposed(string name)
    {
        string[] forbidden =
        [
            .. Adapters.Where(adapter => adapter != name && !name.StartsWith("Hosting", StringComparison.Ordinal)).Select(Full),
        ];

        Violations(name, forbidden).ShouldBeEmpty();
    }

    [Fact]
    public void Program_GivenItsTypes_ShouldHaveALayerForEachNamespace() =>
        Types
            .InAssembly(typeof(BridgeVersion).Assembly)
            .GetTypes()
            .Select(type => type.Namespace ?? "")
            .Where(name => name.StartsWith(Full(""), StringComparison.Ordinal))
            .Distinct()
            .Order()
            .ShouldBe(Namespaces.Select(Full).Order());

    private static List<string> Violations(string name, string[] forbidden)
    {
        if (forbidden.Length == 0)
        {
            return [];
        }

        var result = Types
            .InAssembly(typeof(BridgeVersion).Assembly)
            .That()
            .ResideInNamespaceMatching($"^{Full(name).Replace(".", "\\.", StringComparison.Ordinal)}$")
            .ShouldNot()
            .HaveDependencyOnAny(forbidden)
            .GetResult();
        return [.. result.FailingTypeNames ?? []];
    }

    private static string Full(string name) => "SshMqttBridge." + name;
}
