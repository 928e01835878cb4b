using SshMqttBridge.Configuration;
using SshMqttBridge.Configuration.Reading;
using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>The documentation must match the configuration reader.</summary>
public sealed class DocumentationTests
{
    private static readonly string Root = Repository.Root;
    private static readonly string Example = Path.Combine(Root, "config", "bridge.yaml");

    public static TheoryData<string> Keys { get; } =
        new(
            ConfigurationKeys
                .Sections.Values.Concat([ConfigurationKeys.Action, ConfigurationKeys.Parameter, ConfigurationKeys.ScheduleKeys])
                .SelectMany(keys => keys)
                .Distinct()
        );

    [Fact]
    public void Load_GivenTheExample_ShouldReportNothing()
    {
        var loaded = ConfigurationLoader.Load(Example, new Dictionary<string, string?>());

        loaded.Faults.ShouldBeEmpty();
        loaded.Warnings.ShouldBeEmpty();
        loaded.Options.ShouldNotBeNull().Servers.Select(server => server.Id).ShouldBe(["nas", "router"]);
    }

    [Fact]
    public void Load_GivenTheExamplesDefaults_ShouldMatchTheProgramsDefaults()
    {
        var loaded = ConfigurationLoader.Load(Example, new Dictionary<string, string?>());

        var nas = loaded.Options.ShouldNotBeNull().Servers[0];
        nas.ShouldBe(
            new ServerOptions
            {
                Id = nas.Id,
                Host = nas.Host,
                User = nas.User,
                KeyDirectory = nas.KeyDirectory,
            }
        );
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Example_GivenAKey_ShouldHoldIt(string key) => File.ReadAllText(Example).ShouldMatch($@"(?m)^[ #]*{key}:");

    [Theory]
    [MemberData(nameof(Keys))]
    public void Page_GivenAKey_ShouldHoldARowForIt(string key) =>
        File.ReadAllText(Path.Combine(Root, "docs", "configuration.md")).ShouldMatch($@"(?m)^\| `{key}` \|");
}
