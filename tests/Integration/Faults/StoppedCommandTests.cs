using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>Rows 52 to 55: what stopping a command does on the server, and what its result claims.</summary>
public sealed class StoppedCommandTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private const string Unconfirmed = "but the server did not confirm that the command has ended.";
    private readonly string _pids = world.Sshd.Folder[$"pids-{Guid.NewGuid():N}"];

    [Theory]
    [InlineData("stop: auto")]
    [InlineData("stop: signal")]
    public async Task Row52_GivenAForcedCommand_ShouldNotRunItToStopACommand(string stop)
    {
        using TemporaryFolder folder = new();
        var gate = new ForcedCommand(folder);
        var key = await SshKeys.GenerateAsync(folder["key"]);
        await using var sshd = await SshdServer.StartNewAsync(
            stop == "stop: auto" ? "" : $"ForceCommand {gate.Program}",
            $"command=\"{gate.Program}\" {SshKeys.PublicKey(key)}"
        );
        await using var bridge = await world.StartAsync(world.Yaml().Server("nas", sshd, $"privateKeyFile: {key}", stop));

        var report = await bridge["nas"].SendAsync("exec/0.5/set", "anything");

        (report.Status, report.Stopped, report.Out).ShouldBe(("timedOut", false, "gate\n"), report.Json);
        report.Message!.ShouldEndWith(Unconfirmed);
        gate.Runs.ShouldBe(1);
        gate.End();
    }

    [Fact]
    public async Task Row52_GivenAForcedCommandThatIsNotAnnounced_ShouldRunItOnceMore()
    {
        using TemporaryFolder folder = new();
        var gate = new ForcedCommand(folder);
        await using var sshd = await SshdServer.StartNewAsync($"ForceCommand {gate.Program}");
        await using var bridge = await world.StartAsync(world.Yaml().Server("nas", sshd));

        foreach (var runs in (int[])[2, 3])
        {
            var report = await bridge["nas"].SendAsync("exec/0.5/set", "anything");
            (report.Status, report.Stopped).ShouldBe(("timedOut", false), report.Json);
            gate.Runs.ShouldBe(runs);
        }

        gate.End();
    }

    [LoginShellTheory]
    [InlineData("/bin/sh", "cd /tmp && sleep 600")]
    [InlineData("/bin/bash", "trap '' TERM; sleep 600; :")]
    [InlineData("/bin/bash", """bash -c 'trap "" TERM; sleep 600; sleep 600' | cat""")]
    [InlineData("/usr/bin/fish", "cd /tmp; sleep 600 | cat")]
    [InlineData("/bin/tcsh", "cd /tmp && sleep 600 | cat")]
    public async Task Row53_GivenALoginShell_ShouldStopAllProcesses(string shell, string command)
    {
        await using var user = await TemporaryUser.CreateAsync(shell);
        await using var sshd = await SshdServer.StartNewAsync("PasswordAuthentication yes");
        await using var bridge = await world.StartAsync(world.Yaml().Server("nas", Lines(user, sshd.Port)));

        await ShouldStopAsync(bridge["nas"], command);
    }

    [RootTheory]
    [InlineData("cd /tmp && sleep 600")]
    [InlineData("sleep 600 | cat")]
    [InlineData("while :; do sleep 600; done")]
    [InlineData("trap '' TERM; sleep 600; :")]
    public async Task Row53_GivenDropbear_ShouldStopAllProcesses(string command)
    {
        await using var user = await TemporaryUser.CreateAsync();
        await using var dropbear = await DropbearServer.StartAsync();
        await using var bridge = await world.StartAsync(world.Yaml().Server("nas", Lines(user, dropbear.Port)));

        await ShouldStopAsync(bridge["nas"], command);
    }

    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Row53_GivenABackgroundProcessOfAnEarlierCommand_ShouldNotStopIt(bool isDropbear)
    {
        await using var user = await TemporaryUser.CreateAsync();
        await using var sshd = await SshdServer.StartNewAsync("PasswordAuthentication yes");
        await using var dropbear = await DropbearServer.StartAsync();
        await using var bridge = await world.StartAsync(
            world.Yaml().Server("nas", Lines(user, isDropbear ? dropbear.Port : sshd.Port))
        );
        var background = (await bridge["nas"].ExecAsync("sleep 600 </dev/null >/dev/null 2>&1 & echo $!")).Out.Trim();

        await ShouldStopAsync(bridge["nas"], "trap '' TERM; sleep 600; :");

        RemoteProcess.IsAlive(int.Parse(background, System.Globalization.CultureInfo.InvariantCulture)).ShouldBeTrue();
        RemoteProcess.Kill(background);
    }

    [Fact]
    public async Task Row53_GivenNoSecondChannel_ShouldNotClaimThatTheCommandStopped()
    {
        await using var sshd = await SshdServer.StartNewAsync("MaxSessions 1");
        await using var bridge = await world.StartAsync(world.Yaml().Server("nas", sshd));

        var report = await bridge["nas"].SendAsync("exec/0.5/set", $"trap '' TERM; echo $$ > {_pids}; sleep 600; sleep 600");
        var process = await RemoteProcess.IdInAsync(_pids);

        // As root, OpenSSH ignores signals.
        var isRoot = Environment.IsPrivilegedProcess;
        (report.Status, report.Stopped).ShouldBe(("timedOut", !isRoot), report.Json);
        RemoteProcess.IsAlive(process).ShouldBe(isRoot);
    }

    [LoginShellTheory]
    [InlineData("/usr/bin/fish")]
    [InlineData("/bin/tcsh")]
    public async Task Row54_GivenALoginShell_ShouldRunAnActionWithParameters(string shell)
    {
        const string Word = """it's "$HOME"; \ `id` !! (set)""";
        await using var user = await TemporaryUser.CreateAsync(shell);
        await using var sshd = await SshdServer.StartNewAsync("PasswordAuthentication yes");
        await using var bridge = await world.StartAsync(
            world
                .Yaml()
                .Server(
                    "nas",
                    [
                        .. Lines(user, sshd.Port),
                        """actions: {say: {command: "printf '%s.' \"$word\"; exit 3", parameters: {word: {type: text}}}}""",
                    ]
                )
        );

        var report = await bridge["nas"]
            .SendAsync("run/say/set", System.Text.Json.JsonSerializer.Serialize(new { args = new { word = Word } }));

        (report.Status, report.Exit, report.Out).ShouldBe(("failed", 3, $"{Word}."), report.Json);
    }

    [Theory]
    [InlineData("sshnet")]
    [InlineData("libssh")]
    public async Task Row55_GivenACommandThatSuspendsItsServer_ShouldBeLost(string library)
    {
        await using var sshd = await SshdServer.StartNewAsync();
        await using var bridge = await world.StartAsync(world.Yaml().Server("nas", sshd, $"sshLibrary: {library}"));
        await bridge["nas"].IsAsync("connection", "online");

        var report = await bridge["nas"].SendAsync("exec/1/set", "kill -STOP $PPID; sleep 600");

        (report.Status, report["exec"], report.Stopped).ShouldBe(("lost", "null", false), report.Json);
        report.Message!.ShouldContain("the server no longer responds");
        bridge["nas"].History("connection").ShouldContain("offline");
        await bridge.LoggedAsync("connection lost: The server did not respond when a command was to be stopped.");
        // A server that wakes up serves the next command on a new connection.
        (await bridge["nas"].ExecAsync("echo next"))["out"]
            .ShouldBe("next");
    }

    private static string[] Lines(TemporaryUser user, int port) =>
        ["host: 127.0.0.1", $"port: {port}", $"user: {user.Name}", $"password: '{user.Password}'"];

    private static async Task ShouldStopAsync(BridgeClient nas, string command)
    {
        var sleep = $"sleep 600.{Random.Shared.Next()}";
        var report = await nas.SendAsync("exec/0.5/set", command.Replace("sleep 600", sleep, StringComparison.Ordinal));

        (report.Status, report.Stopped).ShouldBe(("timedOut", true), report.Json);
        report.Message.ShouldBe("The command took longer than 0.5 s, and the command was stopped.");
        // A process that has got its signal ends when the system lets it run again.
        var processes = "";
        await Eventually.TrueAsync(
            async () => !(processes = await ProcessesAsync()).Contains(sleep, StringComparison.Ordinal),
            () => $"{sleep} still runs: {report.Json}\n{processes}"
        );
        var next = await nas.ExecAsync("echo next");
        next.Out.ShouldBe("next\n", next.Json);
    }

    private static Task<string> ProcessesAsync() => ChildProcess.RunAsync("ps", "-A", "-o", "pid=,ppid=,pgid=,stat=,args=");

    /// <summary>A program that sshd runs in place of any command, and that counts how often.</summary>
    private sealed class ForcedCommand
    {
        private readonly string _log;

        public ForcedCommand(TemporaryFolder folder)
        {
            _log = folder["runs"];
            Program = folder["gate"];
            File.WriteAllText(Program, $"#!/bin/sh\necho gate; echo $$ >> {_log}; exec sleep 600\n");
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        public string Program { get; }

        public int Runs => File.ReadAllLines(_log).Length;

        public void End()
        {
            foreach (var id in File.ReadAllLines(_log))
            {
                RemoteProcess.Kill(id);
            }
        }
    }
}
