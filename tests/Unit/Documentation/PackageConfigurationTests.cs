using SshMqttBridge.Configuration.Reading;

namespace SshMqttBridge.Tests.Unit.Documentation;

/// <summary>The configuration of the packages must be valid as it is: the service starts with it.</summary>
public sealed class PackageConfigurationTests
{
    private static readonly string Configuration = Path.Combine(Repository.Root, "packaging", "bridge.yaml");

    [Fact]
    public void Load_GivenThePackagesConfiguration_ShouldReportNothing()
    {
        var loaded = ConfigurationLoader.Load(Configuration, new Dictionary<string, string?>());

        loaded.Faults.ShouldBeEmpty();
        loaded.Warnings.ShouldBeEmpty();
        // Its server does not exist: the bridge must not try to connect until there is a command.
        loaded.Options.ShouldNotBeNull().Servers.ShouldHaveSingleItem().PersistentConnection.ShouldBeFalse();
    }

    [Fact]
    public void Configuration_GivenAnEditor_ShouldNameItsSchema() =>
        File.ReadLines(Configuration)
            .First()
            .ShouldBe("# yaml-language-server: $schema=/usr/share/sshmqttbridge/bridge.schema.json");

    [Fact]
    public void Unit_GivenThePackages_ShouldNameTheProgramAndConfiguration()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "packaging", "sshmqttbridge.service"));

        lines.ShouldContain("ExecStart=/usr/bin/SshMqttBridge run --config /etc/sshmqttbridge/bridge.yaml");
        lines.ShouldContain("ExecReload=/bin/kill -HUP $MAINPID");
    }
}
