using System.CommandLine;
using SshMqttBridge.Configuration.Settings;
using SshMqttBridge.Hosting;
using SshMqttBridge.Hosting.Verbs;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>The manual pages must have every verb, option and setting.</summary>
public sealed class ManualPagesTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "packaging");
    private static readonly RootCommand Root = BridgeCommandLine.CreateRoot();

    public static TheoryData<string> Verbs { get; } = new(Root.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name));

    public static TheoryData<string> Options { get; } =
        new(
            Root.Subcommands.SelectMany(verb => verb.Options)
                .Concat(Root.Options)
                .SelectMany(option => option.Aliases.Prepend(option.Name))
                .Where(name => name != "/?" && name != "/h")
                .Distinct()
        );

    public static TheoryData<int> ExitStatuses { get; } = new(ExitStatus.Success, ExitStatus.Failure, ExitStatus.Usage);

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Program_GivenAVerb_ShouldDescribeIt(string verb) =>
        Section("VERBS").ShouldMatch($@"(?m)^\.TP\n\.BI? {verb}( |$)|^\.TP\n\.BR {verb} ");

    [Theory]
    [MemberData(nameof(Options))]
    public void Program_GivenAnOption_ShouldDescribeIt(string option) =>
        Section("OPTIONS").Split('\n').ShouldContain(line => Words(line).Contains(option));

    [Theory]
    [MemberData(nameof(ExitStatuses))]
    public void Program_GivenAnExitStatus_ShouldDescribeIt(int status) => Section("EXIT STATUS").ShouldContain($".B {status}\n");

    [Fact]
    public void Configuration_GivenTheTables_ShouldBeTheirPage()
    {
        var isCurrent = File.ReadAllText(Path.Combine(Folder, "SshMqttBridge.yaml.5")) == ConfigurationManual.Text();

        isCurrent.ShouldBeTrue(
            "packaging/SshMqttBridge.yaml.5 is not the page of the tables; write it anew: "
                + "dotnet run --project src/SshMqttBridge -- manual > packaging/SshMqttBridge.yaml.5"
        );
    }

    [Theory]
    [MemberData(nameof(DocumentationTests.Keys), MemberType = typeof(DocumentationTests))]
    public void Configuration_GivenAKey_ShouldDescribeIt(string key) => ConfigurationManual.Text().ShouldContain($"\n.BR {key} ");

    private static string[] Words(string line) =>
        line.StartsWith(".B", StringComparison.Ordinal)
            ? line.Replace("\\-", "-", StringComparison.Ordinal).Split([' ', '"', ','], StringSplitOptions.RemoveEmptyEntries)
            : [];

    /// <summary>From a heading of SshMqttBridge(1) to the next one.</summary>
    private static string Section(string heading)
    {
        var page = File.ReadAllText(Path.Combine(Folder, "SshMqttBridge.1"));
        var start = page.IndexOf($"\n.SH {heading}\n", StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, $"there is no section '{heading}'");
        var end = page.IndexOf("\n.SH ", start + 1, StringComparison.Ordinal);
        return page[start..(end < 0 ? page.Length : end)];
    }
}
