using System.Diagnostics;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary><c>init</c>, with its answers from a pipe.</summary>
public sealed class InitTests(BridgeWorld world) : IClassFixture<BridgeWorld>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Init_GivenFourAnswers_ShouldWriteAConfigurationThatWorks()
    {
        var file = _folder["new/my.yaml"];
        string[] answers =
        [
            $"127.0.0.1:{world.Broker.Port}",
            $"{SshdServer.User}@127.0.0.1:{world.Sshd.Port}",
            "nas",
            world.Sshd.Key,
        ];

        var (status, output) = await InitAsync(file, answers);

        status.ShouldBe(0, output);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await BridgeProgram.RunAsync("check", "--connect", "--config", file)).Output.ShouldContain("server nas");
        await using var bridge = await BridgeHost.CreateAsync(await File.ReadAllTextAsync(file), world.Broker.Port);
        await bridge.StartAsync();
        (await bridge["nas"].ExecAsync("echo first")).Out.ShouldBe("first\n");
    }

    [Fact]
    public async Task Init_GivenWrongAnswers_ShouldAskAgain()
    {
        var file = _folder["my.yaml"];

        var (status, output) = await InitAsync(file, ["a b", "", "nas", "admin@192.0.2.10", "NAS", "", "agent"]);

        status.ShouldBe(0, output);
        output.ShouldContain("'a b' is not valid.");
        output.ShouldContain("'nas' is not valid.");
        var yaml = await File.ReadAllTextAsync(file);
        yaml.ShouldContain("host: \"localhost\"");
        yaml.ShouldContain("  server:\n    host: \"192.0.2.10\"\n    user: \"admin\"\n    agent: true\n");
    }

    [Fact]
    public async Task Init_GivenABrokerWithALogin_ShouldKeepThePasswordInAFileOfItsOwn()
    {
        var file = _folder["my.yaml"];

        var (status, output) = await InitAsync(file, ["bridge@broker.lan", "geheim", "admin@nas.lan", "", "agent"]);

        status.ShouldBe(0, output);
        (await File.ReadAllTextAsync(file)).ShouldNotContain("geheim");
        output.ShouldNotContain("geheim");
        (await File.ReadAllTextAsync(_folder["mqtt-password"])).ShouldBe("geheim\n");
        File.GetUnixFileMode(_folder["mqtt-password"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Init_GivenAFileThatExists_ShouldNotTouchIt()
    {
        var file = _folder.Write("my.yaml", "mine");

        var (status, output) = await InitAsync(file, []);

        status.ShouldBe(2);
        output.ShouldContain("exists");
        (await File.ReadAllTextAsync(file)).ShouldBe("mine");
    }

    [Fact]
    public async Task Init_GivenAnInputThatEnds_ShouldWriteNothing()
    {
        var (status, output) = await InitAsync(_folder["my.yaml"], ["localhost"]);

        status.ShouldBe(2);
        output.ShouldContain("nothing was written");
        File.Exists(_folder["my.yaml"]).ShouldBeFalse();
    }

    private static async Task<(int Status, string Output)> InitAsync(string file, string[] answers)
    {
        ProcessStartInfo start = new(BridgeProgram.Path, ["init", "--config", file])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(string.Concat(answers.Select(answer => answer + "\n")));
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output + await errors);
    }
}
