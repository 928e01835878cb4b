using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>
/// What <c>ssh-mqtt</c> does according to docs/shell.md. A subclass names the program: examples/shell/ssh-mqtt, or the client.
/// </summary>
public abstract class SshMqttTests(ExampleWorld world) : IClassFixture<ExampleWorld>
{
    private protected ExampleWorld World => world;

    [Theory]
    [InlineData("true", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -USR1 $$", 138)]
    public async Task Run_GivenACommand_ShouldEndWithItsExitStatus(string command, int status) =>
        (await world.RunAsync("ssh-mqtt", ["run", "nas", command])).Status.ShouldBe(status);

    [Fact]
    public async Task Run_GivenOutput_ShouldSeparateTheStreamsAndKeepTheBytes()
    {
        var end = await world.RunAsync("ssh-mqtt", ["run", "nas", "printf", "'a\\\\tb\\n\\n'; printf 'c \"d\"' >&2"]);

        end.ShouldBe(new ExampleEnd(0, "a\\tb\n\n", "c \"d\""));
    }

    [Fact]
    public async Task Run_GivenPipedInput_ShouldPassItOn()
    {
        var input = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i} \\n \"ä\"\n"));

        var end = await world.RunAsync("ssh-mqtt", ["run", "nas", "cat"], input);

        end.ShouldBe(new ExampleEnd(0, input, ""));
    }

    [Fact]
    public async Task Run_GivenN_ShouldNotReadPipedInput()
    {
        var end = await world.RunAsync("sh", ["-c", "while read -r word; do ssh-mqtt run -n nas echo $word; done"], "a\nb\n");

        end.ShouldBe(new ExampleEnd(0, "a\nb\n", ""));
    }

    [Theory]
    [InlineData("nginx", 0)]
    [InlineData("it's; \"$HOME\" = `id` ä", 1)]
    [InlineData("", 1)]
    public async Task Action_GivenItsArgument_ShouldRunIt(string service, int status)
    {
        var end = await world.RunAsync("ssh-mqtt", ["action", "nas", "restart", $"service={service}"]);

        end.ShouldBe(new ExampleEnd(status, $"restarting {service}\n", ""));
    }

    [Fact]
    public async Task Action_GivenAnUnknownOne_ShouldExitWith125()
    {
        var end = await world.RunAsync("ssh-mqtt", ["action", "nas", "fly"]);

        end.Status.ShouldBe(125, end.Err);
    }

    [Fact]
    public async Task Run_GivenATimeout_ShouldExitWith124()
    {
        var end = await world.RunAsync("ssh-mqtt", ["run", "-t", "1", "nas", "echo begun; sleep 600"]);

        end.Status.ShouldBe(124);
        end.Out.ShouldBe("begun\n");
        end.Err.ShouldContain("timedOut");
    }

    [Fact]
    public async Task Run_GivenARejection_ShouldExitWith125AndReportTheCause()
    {
        var end = await world.RunAsync("ssh-mqtt", ["run", "nix", "true"]);

        end.Status.ShouldBe(125);
        end.Err.ShouldStartWith("ssh-mqtt: rejected: invalid: There is no server 'nix'");
    }

    [Theory]
    [InlineData]
    [InlineData("run", "nas")]
    [InlineData("get", "nas", "x")]
    [InlineData("fly", "nas", "x")]
    [InlineData("action", "nas")]
    [InlineData("action", "nas", "restart", "nginx")]
    [InlineData("run", "-t", "soon", "nas", "true")]
    public async Task Run_GivenWrongUsage_ShouldExitWith64AndShowIt(params string[] arguments)
    {
        var end = await world.RunAsync("ssh-mqtt", arguments);

        end.Status.ShouldBe(64);
        end.Err.ShouldContain("ssh-mqtt run [-n] [-t SECONDS] SERVER COMMAND...");
    }

    [Fact]
    public async Task Run_GivenALostConnection_ShouldExitWith255()
    {
        await using var run = await RunningAsync("sleep 600 # lost");
        world.Sshd.KillSessions();

        (await run.EndAsync()).Status.ShouldBe(255);
    }

    [Fact]
    public async Task Run_GivenSigterm_ShouldStopTheCommandOnTheServer()
    {
        await using var run = await RunningAsync("sleep 600 # stopped");
        run.Signal(ChildProcess.Terminate);

        var end = await run.EndAsync();

        end.Status.ShouldBe(143);
        end.Err.ShouldBe("ssh-mqtt: cancelled\n");
        await world.Bridge.OrLogAsync(
            world.Bridge.Probe.WaitForAsync(message =>
                message.Topic == "ssh/nas/result"
                && CommandReport.Read(message) is { Status: "cancelled" } result
                && result.Command!.EndsWith("sleep 600 # stopped", StringComparison.Ordinal)
            )
        );
    }

    [Fact]
    public async Task Run_GivenNoBridge_ShouldExitWith69()
    {
        await world.Bridge.StopAsync();
        var end = await world.RunAsync("ssh-mqtt", ["run", "nas", "true"]);
        await world.Bridge.StartAsync();

        end.ShouldBe(new ExampleEnd(69, "", "ssh-mqtt: the bridge is not running\n"));
    }

    [Fact]
    public async Task Run_GivenABridgeThatIsKilledMeanwhile_ShouldGetTheAnswerWhenItIsBack()
    {
        await using var run = await RunningAsync("sleep 600 # killed");
        await world.Bridge.KillAsync();
        await Eventually.TrueAsync(
            () => run.Err == "ssh-mqtt: the bridge is offline; it will publish the result when it is back\n",
            "it does not report it"
        );
        await world.Bridge.StartAsync();

        var end = await run.EndAsync();

        end.Status.ShouldBe(255);
        end.Err.ShouldContain("ssh-mqtt: lost: interrupted: ");
    }

    [Fact]
    public async Task Run_GivenNoAnswer_ShouldExitWith69AfterItsTimeout()
    {
        var end = await world.RunAsync("sh", ["-c", "SSH_MQTT_REPLY=elsewhere ssh-mqtt run -w 1 nix true"]);

        end.ShouldBe(new ExampleEnd(69, "", "ssh-mqtt: no answer within 1 s\n"));
    }

    [Fact]
    public async Task Run_GivenARestartOfTheBroker_ShouldGetItsAnswer()
    {
        var gate = world.Sshd.Folder["gate"];
        await using var run = await RunningAsync($"while [ ! -e {gate} ]; do sleep 0.1; done; echo passed");
        await world.Broker.StopAsync();
        var away = await world.RunAsync("ssh-mqtt", ["run", "nas", "true"]);
        await world.Broker.StartAsync();
        await world.Bridge.ConnectProbeAsync();
        await File.WriteAllTextAsync(gate, "");

        var end = await run.EndAsync();
        (end.Status, end.Out).ShouldBe((0, "passed\n"), end.Err);
        away.Status.ShouldBe(69);
        away.Err.ShouldContain("Connection refused");
        await world.Bridge.IsAsync("ssh/bridge/state", "online");
    }

    [Fact]
    public async Task BothWays_GivenASlowLink_ShouldShowTheProgress()
    {
        const int size = 4 << 20;
        await File.WriteAllBytesAsync(world.Bridge.Folder["files/big"], new byte[size]);
        var remote = world.Sshd.Folder["copy of big"];
        await world.Bridge["nas"].IsAsync("connection", "online");
        world.Link.Fault = new LinkFault.Delay(TimeSpan.FromMilliseconds(15));

        var put = await world.RunAsync("ssh-mqtt", ["put", "-p", "nas", "big", remote]);
        var got = await world.RunAsync("ssh-mqtt", ["get", "-p", "nas", remote, "big again"]);
        world.Link.Fault = new LinkFault.None();

        foreach (var end in (ExampleEnd[])[put, got])
        {
            end.Status.ShouldBe(0, end.Err);
            end.Out.ShouldBe("");
            var lines = end.Err.TrimEnd('\n').Split('\n');
            lines.Length.ShouldBeGreaterThan(1, end.Err);
            lines.ShouldAllBe(line => line.Contains(" % of 4194304 bytes, ") && line.EndsWith(" kB/s"));
            lines[^1].ShouldStartWith("100 % of 4194304 bytes");
        }

        new FileInfo(world.Bridge.Folder["files/big again"]).Length.ShouldBe(size);
    }

    [Fact]
    public async Task Put_GivenNoSuchFile_ShouldExitWith1()
    {
        var end = await world.RunAsync("ssh-mqtt", ["put", "nas", "nothing", "x"]);

        (end.Status, end.Out).ShouldBe((1, ""));
        end.Err.ShouldStartWith("ssh-mqtt: failed: local: ");
    }

    [Fact]
    public async Task Get_GivenANameOutsideTheFolder_ShouldExitWith125()
    {
        var end = await world.RunAsync("ssh-mqtt", ["get", "nas", "/etc/hostname", "../x"]);

        end.Status.ShouldBe(125);
        end.Err.ShouldStartWith("ssh-mqtt: rejected: path: ");
    }

    /// <summary>Starts it and waits until the command runs on the server.</summary>
    private async Task<ExampleRun> RunningAsync(string command)
    {
        await world.Bridge["nas"].IsAsync("connection", "online");
        var begun = world.Sshd.Folder[Guid.NewGuid().ToString("N")];
        var run = await world.StartAsync("ssh-mqtt", ["run", "nas", $"touch {begun}; {command}"]);
        await Eventually.TrueAsync(() => File.Exists(begun), "the command does not run");
        return run;
    }
}
