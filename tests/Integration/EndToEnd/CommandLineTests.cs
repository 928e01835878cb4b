using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

public sealed class CommandLineTests(BridgeWorld world) : IClassFixture<BridgeWorld>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Version_ShouldBePrinted()
    {
        (var status, var output) = await BridgeProgram.RunAsync("--version");

        status.ShouldBe(0);
        // Without git, there is no commit.
        output.Trim().ShouldMatch(@"^0\.1\.0( \(commit [0-9a-f]{12,}, \d{4}-\d\d-\d\d(, modified)?\))?$");
    }

    [Fact]
    public async Task Help_ShouldNameAllCommandsAndOptions()
    {
        (var status, var output) = await BridgeProgram.RunAsync("--help");

        status.ShouldBe(0);
        foreach (var word in (string[])["run", "check", "trust", "--config", "FILE", "--version"])
        {
            output.ShouldContain(word);
        }
    }

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("nonsense")]
    [InlineData("trust")]
    [InlineData("check --connected")]
    [InlineData("run --config")]
    public async Task CommandLine_GivenWrongUsage_ShouldReportItAndExitWithTwo(string arguments)
    {
        (var status, var output) = await BridgeProgram.RunAsync(arguments.Split(' '));

        status.ShouldBe(2, output);
        output.ShouldContain("--help");
    }

    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    public async Task Configuration_GivenFaults_ShouldReportAllAtOnceAndExitWithTwo(string command)
    {
        var file = Write(
            world.Nas("prt: 22", "stdout: sometimes").Mqtt("protocolVersion: 4").Server("Bad Id", "host: x", "user: y").ToString()
        );

        (var status, var output) = await BridgeProgram.RunAsync(command, "--config", file);

        status.ShouldBe(2, output);
        foreach (var path in (string[])["servers.nas.prt", "servers.nas.stdout", "mqtt.protocolVersion", "Bad Id"])
        {
            output.ShouldContain(path);
        }
    }

    [Fact]
    public async Task Configuration_GivenAMissingFile_ShouldNameItAndExitWithTwo()
    {
        (var status, var output) = await BridgeProgram.RunAsync("check", "--config", _folder["missing.yaml"]);

        status.ShouldBe(2, output);
        output.ShouldContain(_folder["missing.yaml"]);
    }

    [Fact]
    public async Task Check_GivenAValidConfiguration_ShouldReportItAndExitWithZero()
    {
        (var status, var output) = await BridgeProgram.RunAsync("check", "--config", Write(world.Nas().ToString()));

        status.ShouldBe(0, output);
        output.ShouldContain("Configuration OK (1 server)");
    }

    [Fact]
    public async Task Check_GivenConnect_ShouldTryTheBrokerAndEveryServer()
    {
        var file = Write(world.Nas().Server("second", world.Sshd).ToString());

        (var status, var output) = await BridgeProgram.RunAsync("check", "--connect", "--config", file);

        status.ShouldBe(0, output);
        output.Split('\n').Count(line => line.EndsWith(": ok", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Check_GivenConnectAndNothingReachable_ShouldReportEachAndExitWithOne()
    {
        var file = Write(
            new BridgeYaml(FreePort.Find())
                .Server("nas", world.Sshd)
                .Server("away", world.Sshd, $"port: {FreePort.Find()}")
                .Server("stranger", world.Sshd, "user: nobody-of-that-name")
                .ToString()
        );

        (var status, var output) = await BridgeProgram.RunAsync("check", "--connect", "--config", file);

        status.ShouldBe(1, output);
        var lines = output.Split('\n');
        lines.ShouldContain(line => line.StartsWith("broker 127.0.0.1:") && !line.EndsWith(": ok"));
        lines.ShouldContain(line => line.StartsWith("server nas ") && line.EndsWith(": ok"));
        lines.ShouldContain(line => line.StartsWith("server away ") && line.Contains("connect"));
        lines.ShouldContain(line => line.StartsWith("server stranger ") && line.Contains("authentication"));
    }

    [Fact]
    public async Task Check_GivenABrokerWithTlsAndPasswords_ShouldReportWhetherItAcceptsThem()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(
            new()
            {
                Tls = true,
                Passwords = new Dictionary<string, string> { ["bridge"] = "right" },
            }
        );
        var tls = $"tls: {{enabled: true, caFile: {broker.AuthorityFile}}}";
        BridgeYaml Yaml(params string[] mqtt) => new BridgeYaml(broker.Port).Mqtt(mqtt).Server("nas", world.Sshd);

        (var correct, var correctOutput) = await CheckAsync(Yaml(tls, "username: bridge", "password: right"));
        (var wrong, var wrongOutput) = await CheckAsync(Yaml(tls, "username: bridge", "password: canary"));
        (var plain, var plainOutput) = await CheckAsync(Yaml("username: bridge", "password: right"));
        (var untrusted, var untrustedOutput) = await CheckAsync(Yaml("tls: {enabled: true}"));

        (correct, wrong, plain, untrusted).ShouldBe((0, 1, 1, 1), correctOutput + wrongOutput + plainOutput + untrustedOutput);
        wrongOutput.ShouldContain("loginRefused");
        wrongOutput.ShouldNotContain("canary");
        untrustedOutput.ShouldContain("certificate", Case.Insensitive);
    }

    [Fact]
    public async Task Trust_GivenAnUnknownId_ShouldNameTheKnownOnesAndExitWithTwo()
    {
        (var status, var output) = await BridgeProgram.RunAsync("trust", "other", "--config", Write(world.Nas().ToString()));

        status.ShouldBe(2, output);
        output.ShouldContain("'other'");
        output.ShouldContain("nas");
    }

    [Fact]
    public async Task Trust_GivenAServer_ShouldShowItsKeyAndStoreIt()
    {
        var file = Write(world.Nas().ToString());

        (var status, var output) = await BridgeProgram.RunAsync("trust", "nas", "--config", file);

        status.ShouldBe(0, output);
        output.ShouldContain(await world.Sshd.FingerprintAsync("ed25519"));
        (await File.ReadAllTextAsync(_folder["state/known_hosts"])).ShouldContain($"[127.0.0.1]:{world.Sshd.Port} ssh-ed25519 ");
    }

    [Fact]
    public async Task Trust_GivenNobodyListens_ShouldReportItAndExitWithOne()
    {
        var file = Write(world.Nas($"port: {FreePort.Find()}").ToString());

        (var status, var output) = await BridgeProgram.RunAsync("trust", "nas", "--config", file);

        status.ShouldBe(1, output);
        output.ShouldContain("127.0.0.1");
    }

    private Task<(int Status, string Output)> CheckAsync(BridgeYaml yaml) =>
        BridgeProgram.RunAsync("check", "--connect", "--config", Write(yaml.ToString()));

    private string Write(string yaml)
    {
        Directory.CreateDirectory(_folder["files"]);
        return _folder.Write("bridge.yaml", yaml);
    }
}
