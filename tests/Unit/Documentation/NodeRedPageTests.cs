using System.Text.Json;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>The sections of the page about Node-RED are the groups of its example.</summary>
public sealed class NodeRedPageTests
{
    [Fact]
    public void Sections_GivenTheExample_ShouldBeNamedLikeItsGroups()
    {
        var headings = File.ReadLines(Path.Combine(Repository.Root, "docs", "node-red.md"))
            .Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(line => line["## ".Length..]);
        using var flows = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.Root, "examples", "node-red", "flows.json"))
        );
        var groups = flows
            .RootElement.EnumerateArray()
            .Where(node => node.GetProperty("type").GetString() == "group")
            .Select(node => node.GetProperty("name").GetString()!)
            .Where(name => !name.StartsWith("run on a server", StringComparison.Ordinal));

        headings.ShouldBe(groups);
    }
}
