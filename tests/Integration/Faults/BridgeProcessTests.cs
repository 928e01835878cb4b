using System.Net;
using System.Text;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>
/// Rows 34 to 41 and 70: the bridge itself is killed, stopped, misconfigured, and searched for leaked secrets.
/// </summary>
public sealed class BridgeProcessTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task Row70_GivenSignalsThatEndAProgram_ShouldContinue()
    {
        await using var bridge = await world.StartAsync(world.Nas());

        foreach (var (signal, name) in ((int, string)[])[(10, "SIGUSR1"), (12, "SIGUSR2"), (14, "SIGALRM"), (30, "SIGPWR")])
        {
            bridge.Process.Signal(signal);
            await bridge.LoggedAsync($"{name} ignored");
        }

        bridge.Process.Signal(ChildProcess.HangUp);
        await bridge.LoggedAsync("Configuration reloaded; nothing has changed");
        (await bridge["nas"].ExecAsync("echo on"))["out"].ShouldBe("on");
        (await bridge.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Row34_GivenItIsKilledAtManyMoments_ShouldGiveEachCommandOneResultAndRunNoneTwice()
    {
        const int Rounds = 12;
        const int CommandsInARound = 8;
        Random random = new(20_261_122);
        var ran = world.Sshd.Folder[$"ran-{Guid.NewGuid():N}"];
        await using var bridge = await world.StartAsync(world.Nas());
        var nas = bridge["nas"];

        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < CommandsInARound; i++)
            {
                await nas.StartAsync($"echo {round}-{i} >> {ran}; sleep 0.0{random.Next(10)}", $"{round}-{i}");
            }

            // Anywhere between the arrival of the first command and the last one's result, on a slow machine too.
            if (round % CommandsInARound is > 0 and var ended)
            {
                await nas.EndAsync($"{round}-{ended - 1}");
            }

            await Task.Delay(random.Next(40));
            await bridge.KillAsync();
            await bridge.StartAsync();
        }

        await nas.StartAsync("true", "end");
        (await nas.EndAsync("end")).Status.ShouldBe("succeeded");
        var lines = await File.ReadAllLinesAsync(ran);
        lines.Distinct(StringComparer.Ordinal).Count().ShouldBe(lines.Length, "a command ran twice");
        List<string> endings = [];
        foreach (
            var id in Enumerable.Range(0, Rounds * CommandsInARound).Select(i => $"{i / CommandsInARound}-{i % CommandsInARound}")
        )
        {
            // The broker may receive the same result twice if the bridge was killed before it received the acknowledgement.
            string[] results = [.. nas.ResultsOf(id).Select(result => result.Json).Distinct(StringComparer.Ordinal)];
            results.Length.ShouldBeLessThanOrEqualTo(1, $"{id}: {string.Join('\n', results)}");
            if (results.Length == 0)
            {
                // It never reached the bridge that was just being killed.
                lines.ShouldNotContain(id, "it ran and has no result");
                continue;
            }

            var report = nas.ResultsOf(id)[0];
            endings.Add($"{report.Status} {report.Reason}");
            endings[^1].ShouldBeOneOf("succeeded ", "lost interrupted", "rejected interrupted");
            if (report.Status != "lost")
            {
                lines.Contains(id).ShouldBe(report.Status == "succeeded", report.Json);
            }
        }

        endings.Distinct(StringComparer.Ordinal).Count().ShouldBe(3, "no round hit every moment");
        endings.Count.ShouldBeGreaterThan(Rounds * CommandsInARound / 2);
    }

    [Fact]
    public async Task Row35_GivenNothingResponds_ShouldExit()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var bridge = await BridgeHost.StartNewAsync(new BridgeYaml(broker.Port).Server("nas", world.Sshd), broker);
        Gate gate = new(world.Sshd.Folder);
        await bridge["nas"].RunningAsync($"trap '' TERM HUP INT; {gate.Wait}", "deaf");
        await gate.ReachedAsync();

        broker.Pause();
        var status = await bridge.StopAsync();
        broker.Resume();

        status.ShouldBe(0, bridge.Log);
        await bridge.LoggedAsync("deaf Exec Cancelled");
    }

    [Fact]
    public async Task Row38_GivenAnInvalidValueForEveryKey_ShouldReportAllAtOnceAndExitWithTwo()
    {
        using TemporaryFolder folder = new();
        string[] mqtt = ["host", "port", "username", "clientId", "protocolVersion", "baseTopic", "keepAlive"];
        string[] server =
        [
            "host",
            "port",
            "user",
            "password",
            "privateKeyFile",
            "agent",
            "hostKey",
            "stdout",
            "exitStatus",
            "lineSeparator",
            "persistentConnection",
            "shutdownWhenInactive",
            "queueLimit",
            "maxOutputBytes",
            "connectTimeout",
            "keepAlive",
            "keepAliveCount",
            "transferTimeout",
            "idleTimeout",
        ];
        string[] top = ["stateDirectory", "shutdownTimeout", "logLevel"];
        var file = folder.Write(
            "bridge.yaml",
            string.Concat(top.Select(key => $"{key}: {{x: 1}}\n"))
                + "files: {baseDirectory: [1]}\nmqtt:\n"
                + string.Concat(mqtt.Select(key => $"  {key}: {{x: 1}}\n"))
                + "  tls: {enabled: perhaps}\nservers:\n  nas:\n"
                + string.Concat(server.Select(key => $"    {key}: [1]\n"))
                + "    unheardOf: 1\n  Not/An/Id: {host: x}\n"
        );

        (var status, var output) = await BridgeProgram.RunAsync("run", "--config", file);

        status.ShouldBe(2);
        string[] paths =
        [
            .. top,
            "files.baseDirectory",
            .. mqtt.Select(key => $"mqtt.{key}"),
            "mqtt.tls.enabled",
            .. server.Select(key => $"servers.nas.{key}"),
            "servers.nas.unheardOf",
            "servers.Not/An/Id",
        ];
        foreach (var path in paths)
        {
            output.Split('\n').ShouldContain(line => line.Contains($"{path}:", StringComparison.Ordinal), $"{path}\n{output}");
        }
    }

    [Fact]
    public async Task Row39_GivenAKeyThatOthersMayRead_ShouldWarnAndNameTheFile()
    {
        using TemporaryFolder folder = new();
        var key = folder.Write("key", await File.ReadAllTextAsync(world.Sshd.Key));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        await using var bridge = await world.StartAsync(world.Nas($"privateKeyFile: {key}"));

        bridge.Log.Split('\n').ShouldContain(line => line.StartsWith("warning:") && line.Contains(key));
    }

    [RootFact]
    public async Task Row41_GivenSecrets_ShouldLeakNone()
    {
        const string Passphrase = "canary-passphrase-91";
        const string MqttPassword = "canary-mqtt-17";
        const string WrongPassword = "canary-wrong-55";
        const string WrongToken = "canary-wrong-token-23";
        await using var user = await TemporaryUser.CreateAsync();
        await using var sshd = await SshdServer.StartNewAsync("PasswordAuthentication yes\nKbdInteractiveAuthentication yes");
        await using var broker = await MosquittoBroker.StartNewAsync(
            new()
            {
                Passwords = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["bridge"] = MqttPassword,
                    ["probe"] = "probe",
                },
            }
        );
        var key = sshd.Folder["locked_key"];
        await SshKeys.GenerateAsync(key, passphrase: Passphrase);
        await File.AppendAllTextAsync(sshd.Folder["authorized_keys"], SshKeys.PublicKey(key) + "\n");
        string[] login = ["host: 127.0.0.1", $"port: {sshd.Port}", $"user: {user.Name}"];
        await using var bridge = await BridgeHost.StartNewAsync(
            new BridgeYaml(broker.Port)
                .Top("logLevel: trace", ConsoleClient.Settings())
                .Mqtt("username: bridge", $"password: {MqttPassword}")
                .Server("password", [.. login, $"password: '{user.Password}'"])
                .Server("wrong", [.. login, $"password: {WrongPassword}", "persistentConnection: false"])
                .Server("key", sshd, $"privateKeyFile: {key}", $"passphrase: {Passphrase}")
                .Server("wrongkey", sshd, $"privateKeyFile: {key}", $"passphrase: {WrongPassword}"),
            broker,
            new() { UserName = "probe", Password = "probe" }
        );

        // Each way a secret is used: correct, wrong, over MQTT, for a failed login; and by the program's other verbs.
        using var console = await ConsoleClient.LogInAsync(bridge);
        var token = ConsoleClient.TokenOf(bridge);
        (await console.SendTokenAsync(WrongToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await using var events = await console.ListenAsync();
        (await bridge["password"].ExecAsync("id -un"))["out"].ShouldBe(user.Name);
        (await bridge["wrong"].ExecAsync("true")).Reason.ShouldBe("authentication");
        await bridge["wrong"].PublishAsync("password/set", user.Password);
        (await bridge["wrong"].ExecAsync("id -un"))["out"].ShouldBe(user.Name);
        (await bridge["key"].ExecAsync("echo key"))["out"].ShouldBe("key");
        (await bridge["wrongkey"].ExecAsync("true")).Reason.ShouldBe("authentication");
        await bridge["password"].SendAsync("password/set", WrongPassword);
        Gate gate = new(sshd.Folder);
        await bridge["password"].RunningAsync(gate.Wait, "running");
        var processes = ProcessesOf(bridge.Process);
        var state = StateOf(bridge);
        var shown = "";
        foreach (var page in (string[])["/api/state", "/api/history", "/api/history/commands"])
        {
            shown += await console.GetAsync(page);
        }

        gate.Open();
        await bridge["password"].EndAsync("running");
        await events.EndOfAsync("running");
        shown += string.Join('\n', events.All);
        await bridge.StopAsync();
        (_, var checking) = await BridgeProgram.RunAsync("check", "--connect", "--config", bridge.ConfigurationFile);
        (_, var trusting) = await BridgeProgram.RunAsync("trust", "password", "--config", bridge.ConfigurationFile);

        var topics = string.Join(
            '\n',
            bridge
                .Probe.Messages.Where(message => !message.Topic.EndsWith("password/set"))
                .Select(message => $"{message.Topic} {message.Text}")
        );
        var keyLine = (await File.ReadAllLinesAsync(key))[2];
        foreach (var secret in (string[])[user.Password, Passphrase, MqttPassword, WrongPassword, keyLine])
        {
            bridge.Log.ShouldNotContain(secret);
            topics.ShouldNotContain(secret);
            processes.ShouldNotContain(secret);
            Encoding.Latin1.GetString(state).ShouldNotContain(secret);
            checking.ShouldNotContain(secret);
            trusting.ShouldNotContain(secret);
            shown.ShouldNotContain(secret);
        }

        // The console's token is in its file, and nowhere else.
        var elsewhere = Encoding.Latin1.GetString(state).Replace(token + "\n", "", StringComparison.Ordinal);
        foreach (var secret in (string[])[token, WrongToken])
        {
            bridge.Log.ShouldNotContain(secret);
            topics.ShouldNotContain(secret);
            processes.ShouldNotContain(secret);
            shown.ShouldNotContain(secret);
            elsewhere.ShouldNotContain(secret);
        }
    }

    /// <summary>What <c>ps</c> and <c>/proc</c> show of the bridge and its child processes.</summary>
    private static string ProcessesOf(ChildProcess bridge) =>
        string.Concat(
            new[] { bridge.Id }
                .Concat(bridge.Descendants())
                .Select(id => File.ReadAllText($"/proc/{id}/cmdline") + File.ReadAllText($"/proc/{id}/environ"))
        );

    /// <summary>
    /// All bytes of the state directory: the journal and its files, known hosts, and everything else.
    /// </summary>
    private static byte[] StateOf(BridgeHost bridge)
    {
        using MemoryStream all = new();
        foreach (var path in Directory.GetFiles(bridge.Folder["state"], "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(path) != "lock")
            {
                using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                file.CopyTo(all);
            }
        }

        return all.ToArray();
    }
}
