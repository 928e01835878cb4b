using SshMqttBridge.Client;

namespace SshMqttBridge.Tests.Unit.Client;

public sealed class ClientArgumentsTests
{
    [Fact]
    public void Parse_GivenOptionsAfterTheServer_ShouldLeaveThemToTheCommand()
    {
        var parsed = Parse("run", "-n", "nas", "df", "-h", "-t", "5", "--config", "x");

        parsed.Operands.ShouldBe(["nas", "df", "-h", "-t", "5", "--config", "x"]);
        (parsed.ReadsInput, parsed.Timeout, parsed.ConfigurationFile).ShouldBe((false, 30, null));
    }

    [Theory]
    [InlineData("run -nt5 -w 7 nas true")]
    [InlineData("run -n -t 5 -w7 -- nas true")]
    [InlineData("-w 7 run -t5 -n nas true")]
    public void Parse_GivenOptionsAsGetoptsReadsThem_ShouldReadThem(string line)
    {
        var parsed = Parse(line.Split(' '));

        (parsed.ReadsInput, parsed.Timeout, parsed.Wait).ShouldBe((false, 5, 7));
        parsed.Operands.ShouldBe(["nas", "true"]);
    }

    [Theory]
    [InlineData("--config a.yaml servers")]
    [InlineData("--config=a.yaml servers")]
    [InlineData("servers --config a.yaml")]
    public void Parse_GivenAConfiguration_ShouldReadIt(string line) =>
        Parse(line.Split(' ')).ConfigurationFile.ShouldBe("a.yaml");

    [Fact]
    public void Parse_GivenNoLive_ShouldReadIt()
    {
        Parse("run", "--no-live", "nas", "true").IsLive.ShouldBeFalse();
        Parse("run", "nas", "--no-live").IsLive.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("run")]
    [InlineData("run nas")]
    [InlineData("run -x nas true")]
    [InlineData("run -t")]
    [InlineData("run -t soon nas true")]
    [InlineData("run -t -5 nas true")]
    [InlineData("run -t 99999999999 nas true")]
    [InlineData("run --verbose nas true")]
    [InlineData("run --config")]
    [InlineData("run --config= nas true")]
    [InlineData("action nas")]
    [InlineData("action nas restart nginx")]
    [InlineData("action nas restart =nginx")]
    [InlineData("action nas restart -n=nginx")]
    [InlineData("get nas x")]
    [InlineData("put nas x y z")]
    [InlineData("servers nas")]
    [InlineData("actions")]
    [InlineData("completion csh")]
    [InlineData("fly nas x")]
    public void Parse_GivenWrongUsage_ShouldReturnNull(string line) =>
        ClientArguments.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ShouldBeNull();

    private static ClientArguments Parse(params string[] words) => ClientArguments.Parse(words).ShouldNotBeNull();
}
