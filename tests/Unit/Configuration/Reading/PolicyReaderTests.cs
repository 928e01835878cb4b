using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;

namespace SshMqttBridge.Tests.Unit.Configuration.Reading;

/// <summary>A server's limits, and the audit log's file.</summary>
public sealed class PolicyReaderTests : IDisposable
{
    private readonly ConfigurationFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_GivenNoPolicy_ShouldForbidNothing() =>
        _folder.LoadGood(ConfigurationFolder.Minimal).Servers[0].Policy.ShouldBe(ServerPolicy.Unlimited);

    [Fact]
    public void Load_GivenAPolicy_ShouldReadIt()
    {
        var policy = _folder
            .LoadGood(
                ConfigurationFolder.Minimal + "    commands: [uptime, 'df( -h)?']\n    transfers: get\n    rateLimit: 30/min\n"
            )
            .Servers[0]
            .Policy;

        policy.Commands.Patterns.ShouldNotBeNull().Select(pattern => pattern.Text).ShouldBe(["uptime", "df( -h)?"]);
        policy.Transfers.ShouldBe(TransferRule.Get);
        policy.RateLimit.ShouldBe(new RateLimit(30, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Load_GivenDefaults_ShouldPreferAServersOwn()
    {
        var servers = _folder
            .LoadGood(
                """
                defaults: {commands: actions, transfers: false, rateLimit: 1/s}
                servers:
                  a: {host: a, user: a}
                  b: {host: b, user: b, commands: any, transfers: true, rateLimit: none}
                """
            )
            .Servers;

        servers[0].Policy.Commands.ShouldBe(CommandRule.ActionsOnly);
        servers[0].Policy.Transfers.ShouldBe(TransferRule.None);
        servers[1].Policy.ShouldBe(ServerPolicy.Unlimited);
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a)|(?:b")]
    [InlineData("[")]
    [InlineData("(?x)a #")]
    [InlineData("(?=a)b")]
    [InlineData("(a)\\1")]
    [InlineData("(?>a)")]
    [InlineData("((a{1,1000}){1,1000}){1,1000}")]
    public void Load_GivenAPatternThatCannotBeUsed_ShouldNameItByItsIndex(string pattern)
    {
        var fault = _folder.LoadFault(ConfigurationFolder.Minimal + $"    commands: [uptime, '{pattern}']\n");

        fault.Path.ShouldBe("servers.nas.commands[1]");
        fault.Message.ShouldContain("regular expression ");
    }

    [Fact]
    public void Load_GivenCommandsInTheEnvironment_ShouldAcceptAWordOnly()
    {
        _folder.Environment["SSHMQTT__SERVERS__NAS__COMMANDS"] = "actions";

        _folder.LoadGood(ConfigurationFolder.Minimal).Servers[0].Policy.Commands.ShouldBe(CommandRule.ActionsOnly);
    }

    [Fact]
    public void Load_GivenNoAudit_ShouldKeepOneInTheStateDirectory() =>
        _folder
            .LoadGood(ConfigurationFolder.Minimal + "stateDirectory: elsewhere\n")
            .Audit.ShouldBe(new AuditOptions { File = _folder.Name("elsewhere/audit.log") });

    [Fact]
    public void Load_GivenAnAudit_ShouldReadIt() =>
        _folder
            .LoadGood(ConfigurationFolder.Minimal + "audit: {file: logs/who, commands: hash, maxBytes: 65536, files: 2}\n")
            .Audit.ShouldBe(
                new AuditOptions
                {
                    File = _folder.Name("logs/who"),
                    Commands = AuditedCommands.Hash,
                    MaxBytes = 65536,
                    Files = 2,
                }
            );

    [Fact]
    public void Load_GivenAnAuditThatIsOff_ShouldHaveNone() =>
        _folder.LoadGood(ConfigurationFolder.Minimal + "audit: {enabled: false}\n").Audit.ShouldBeNull();
}
