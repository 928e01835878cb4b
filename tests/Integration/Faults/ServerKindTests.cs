using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>
/// What the bridge does with servers other than OpenSSH and Dropbear on Unix: OpenSSH for Windows, whose shell is cmd.exe, and the
/// ssh2 package of Node.js, which serves all connections in one process. Each test uses both SSH libraries.
/// </summary>
public sealed class ServerKindTests(BridgeWorld world) : IClassFixture<BridgeWorld>, IDisposable
{
    private const string Unconfirmed = "but the server did not confirm that the command has ended.";
    private static readonly string[] Libraries = ["sshnet", "libssh"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ScriptedSshFact]
    public async Task Exec_GivenWindows_ShouldPublishOutputAndExitStatus()
    {
        await using var server = await StartWindowsAsync();
        await using var bridge = await StartAsync(server.Port, "windows");

        foreach (var library in Libraries)
        {
            var echo = await bridge[library].ExecAsync("echo hello");
            var version = await bridge[library].ExecAsync("ver");
            var exit = await bridge[library].ExecAsync("exit 7");
            var unknown = await bridge[library].ExecAsync("uname -a");

            (echo.Status, echo.Exit, echo.Out, echo["out"]).ShouldBe(("succeeded", 0, "hello\r\n", "hello"), echo.Json);
            version["out"]!.ShouldStartWith("<br>Microsoft Windows [", customMessage: version.Json);
            (exit.Status, exit.Exit, exit["exec"]).ShouldBe(("failed", 7, "7"), exit.Json);
            (unknown.Status, unknown.Exit).ShouldBe(("failed", 1), unknown.Json);
            unknown["err"]
                .ShouldBe("'uname' is not recognized as an internal or external command,<br>operable program or batch file.");
        }
    }

    [ScriptedSshFact]
    public async Task Row52_GivenWindows_ShouldRunNoScriptToStopACommand()
    {
        await using var server = await StartWindowsAsync();
        await using var bridge = await StartAsync(server.Port, "windows");

        foreach (var report in await WithEachAsync(bridge, "exec/0.5/set", "ping -n 600 127.0.0.1"))
        {
            (report.Status, report.Stopped, report.Out).ShouldBe(("timedOut", false, "Pinging\r\n"), report.Json);
            report.Message!.ShouldEndWith(Unconfirmed);
        }

        server.Log.Where(IsCommand).ShouldAllBe(line => line == "ran ping -n 600 127.0.0.1");
    }

    [ScriptedSshFact]
    public async Task Row54_GivenWindows_ShouldRefuseAnActionWithParameters()
    {
        await using var server = await StartWindowsAsync();
        await using var bridge = await StartAsync(
            server.Port,
            "windows",
            "actions: {say: {command: 'echo $word', parameters: {word: {type: text}}}, greet: {command: echo hello}}"
        );

        foreach (var report in await WithEachAsync(bridge, "run/say/set", """{"args":{"word":"a & echo b"}}"""))
        {
            (report.Status, report.Reason).ShouldBe(("rejected", "invalid"), report.Json);
            report.Message!.ShouldContain("Only actions without parameters");
        }

        foreach (var report in await WithEachAsync(bridge, "run/greet/set", ""))
        {
            (report.Status, report.Out).ShouldBe(("succeeded", "hello\r\n"), report.Json);
        }

        server.Log.Where(IsCommand).ShouldAllBe(line => line == "ran echo hello");
    }

    [ScriptedSshFact]
    public async Task Row66_GivenWindows_ShouldCopyBothWaysByPlainScpAtOnce()
    {
        await using var server = await StartWindowsAsync();
        await using var bridge = await StartAsync(server.Port, "windows");

        foreach (var library in Libraries)
        {
            await ShouldCopyBothWaysAsync(bridge, library);
        }

        server.Log.Where(IsCommand).ShouldAllBe(line => line.StartsWith("ran scp -"));
    }

    [Ssh2Fact]
    public async Task Exec_GivenSsh2_ShouldPublishOutputAndExitStatus()
    {
        const int size = 1_000_000;
        await using var server = await Ssh2Server.StartAsync();
        await using var bridge = await StartAsync(server.Port, Ssh2Server.User);

        foreach (var library in Libraries)
        {
            var exit = await bridge[library].ExecAsync("echo out; echo err >&2; exit 3");
            var killed = await bridge[library].ExecAsync("kill -9 $$");
            var input = await bridge[library].ExecAsync("cat", new { stdin = "given" });
            var large = await bridge[library].ExecAsync($"head -c {size} /dev/zero | tr '\\000' x");

            (exit.Status, exit.Exit, exit.Out, exit.Err).ShouldBe(("failed", 3, "out\n", "err\n"), exit.Json);
            (killed.Status, killed.Exit, killed.Signal).ShouldBe(("failed", null, "KILL"), killed.Json);
            (input.Status, input.Out).ShouldBe(("succeeded", "given"), input.Json);
            (large.Status, large.OutBytes, large.Truncated).ShouldBe(("succeeded", size, false), large.Message);
            large.Out.Length.ShouldBe(size);
            large.Out.Trim('x').ShouldBeEmpty();
        }
    }

    [Ssh2Fact]
    public async Task Transfers_GivenSsh2_ShouldCopyBothWays()
    {
        await using var server = await Ssh2Server.StartAsync();
        await using var bridge = await StartAsync(server.Port, Ssh2Server.User);

        foreach (var library in Libraries)
        {
            await ShouldCopyBothWaysAsync(bridge, library);
        }

        server.Commands.ShouldAllBe(command => command.StartsWith("exec sh -c "));
    }

    [Ssh2Fact]
    public async Task Row14_GivenSsh2IsKilledWhileACommandRuns_ShouldLoseIt()
    {
        await using var server = await Ssh2Server.StartAsync();
        await using var bridge = await StartAsync(server.Port, Ssh2Server.User, "stdout: line");
        foreach (var library in Libraries)
        {
            Gate gate = new(_folder);
            await bridge[library].RunningAsync($"echo begun; {gate.Wait}", "killed");
            await bridge[library].IsAsync("out", "begun");
        }

        await server.DisposeAsync();

        foreach (var library in Libraries)
        {
            var report = await bridge[library].EndAsync("killed");
            (report.Status, report["exec"], report.Out).ShouldBe(("lost", "null", "begun\n"), report.Json);
        }
    }

    /// <summary>After the end of input, ssh2 ignores signals.</summary>
    [Ssh2Fact]
    public async Task Row53_GivenSsh2_ShouldRunNoScriptAndNotClaimThatTheCommandStopped()
    {
        await using var server = await Ssh2Server.StartAsync();
        await using var bridge = await StartAsync(server.Port, Ssh2Server.User);

        var reports = await WithEachAsync(bridge, "exec/0.5/set", "echo begun; sleep 600");
        var next = await WithEachAsync(bridge, "exec/set", "echo next");

        foreach (var report in reports)
        {
            (report.Status, report.Stopped, report.Out).ShouldBe(("timedOut", false, "begun\n"), report.Json);
            report.Message!.ShouldEndWith(Unconfirmed);
        }

        next.ShouldAllBe(report => report.Out == "next\n");
        server.Commands.Distinct().ShouldBe(["echo begun; sleep 600", "echo next"]);
    }

    [Ssh2Fact]
    public async Task Row56_GivenSsh2_ShouldStayConnectedWhileASilentCommandRuns()
    {
        await using var server = await Ssh2Server.StartAsync();
        await using var bridge = await StartAsync(server.Port, Ssh2Server.User, "keepAlive: 0.5", "keepAliveCount: 1");
        Gate gate = new(_folder);
        foreach (var library in Libraries)
        {
            await bridge[library].RunningAsync(gate.Wait, "silent");
        }

        // The connection would be lost after two requests without an answer.
        await Eventually.TrueAsync(
            () => server.RequestsOf("keepalive@openssh.com") >= 4 && server.RequestsOf("cancel-tcpip-forward") >= 4,
            "The server has not received the keep-alive requests"
        );
        gate.Open();

        foreach (var library in Libraries)
        {
            (await bridge[library].EndAsync("silent")).Status.ShouldBe("succeeded");
            bridge[library].History("connection").ShouldBe(["offline", "online"]);
        }
    }

    private static Task<ScriptedSshServer> StartWindowsAsync() =>
        ScriptedSshServer.StartAsync(software: "OpenSSH_for_Windows_9.5");

    private static bool IsCommand(string line) => line.StartsWith("ran ", StringComparison.Ordinal);

    /// <summary>The server once with each library.</summary>
    private Task<BridgeHost> StartAsync(int port, string user, params string[] settings)
    {
        var yaml = world.Yaml();
        foreach (var library in Libraries)
        {
            yaml.Server(
                library,
                [
                    "host: 127.0.0.1",
                    $"port: {port}",
                    $"user: {user}",
                    $"password: {Ssh2Server.Password}",
                    $"sshLibrary: {library}",
                    .. settings,
                ]
            );
        }

        return world.StartAsync(yaml);
    }

    private static Task<CommandReport[]> WithEachAsync(BridgeHost bridge, string topic, string payload) =>
        Task.WhenAll(Libraries.Select(library => bridge[library].SendAsync(topic, payload)));

    private async Task ShouldCopyBothWaysAsync(BridgeHost bridge, string library)
    {
        var content = string.Concat(Enumerable.Repeat("12345\r\n", 50_000));
        await File.WriteAllTextAsync(bridge.Folder["files/source"], content);
        var remote = _folder[library];

        var put = await bridge[library].SendAsync("put/set", $"source {remote}");
        var get = await bridge[library].SendAsync("get/set", $"{remote} copy-{library}");

        (put["put"], put.Status).ShouldBe(($"{content.Length}", "succeeded"), put.Json);
        (get["get"], get.Status).ShouldBe(($"{content.Length}", "succeeded"), get.Json);
        (await File.ReadAllTextAsync(remote)).ShouldBe(content);
        (await File.ReadAllTextAsync(bridge.Folder[$"files/copy-{library}"])).ShouldBe(content);
    }
}
