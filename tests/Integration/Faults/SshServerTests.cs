using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>Rows 10 to 19: what an SSH server can do to a bridge.</summary>
public sealed class SshServerTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private const string Canary = "canary-4c1e";
    private readonly Gate _gate = new(world.Sshd.Folder);

    [Fact]
    public async Task Row10_GivenAServerThatIsDown_ShouldLogItOnceAndPublishTheCauseInTheInfo()
    {
        await using var bridge = await world.StartAsync(
            world.Yaml().Server("absent", "host: 127.0.0.1", "port: 1", "user: x", "password: y")
        );

        var report = await bridge["absent"].ExecAsync("true");
        await bridge["absent"].ExecAsync("true");

        (report["exec"], report.Status, report.Reason).ShouldBe(("error", "rejected", "connect"), report.Json);
        await bridge["absent"].IsAsync("connection", "offline");
        await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(message =>
                message.Topic == "ssh/bridge/info" && message.Text.Contains("\"reason\":\"connect\"", StringComparison.Ordinal)
            )
        );
        bridge
            .Log.Split('\n')
            .Count(line => line.Contains("absent: connection failed (Connect):", StringComparison.Ordinal))
            .ShouldBe(1, bridge.Log);
    }

    [Fact]
    public async Task Row13_GivenAChangedHostKey_ShouldReportBothFingerprintsAndSendNoCredentials()
    {
        await using var sshd = await SshdServer.StartNewAsync("PasswordAuthentication yes");
        var known = await sshd.FingerprintAsync("ed25519");
        await using var bridge = await world.StartAsync(
            world.Yaml().Server("nas", sshd, $"password: {Canary}", "persistentConnection: false", "idleTimeout: 0")
        );
        (await bridge["nas"].ExecAsync("echo first"))["out"].ShouldBe("first");
        await sshd.StopAsync();
        await sshd.ReplaceHostKeysAsync();
        await sshd.StartAsync();
        var presented = await sshd.FingerprintAsync("ed25519");
        var logins = sshd.CountInLog("userauth-request");

        var refused = await bridge["nas"].ExecAsync("true");

        (refused["exec"], refused.Status, refused.Reason).ShouldBe(("error", "rejected", "hostKey"), refused.Json);
        refused.Message!.ShouldContain(known);
        refused.Message!.ShouldContain(presented);
        await bridge.LoggedAsync(presented);
        logins.ShouldBeGreaterThan(0);
        sshd.CountInLog("userauth-request").ShouldBe(logins);
    }

    [Fact]
    public async Task Row14_GivenTheLinkIsCutWhileACommandRuns_ShouldLoseItWithItsPartialOutputAndRunTheNext()
    {
        await using FaultProxy link = new(world.Sshd.Port);
        await using var bridge = await world.StartAsync(world.Nas($"port: {link.Port}", "stdout: line"));
        await bridge["nas"].RunningAsync($"echo begun; {_gate.Wait}", "cut");
        await bridge["nas"].IsAsync("out", "begun");

        link.Cut();
        var report = await bridge["nas"].EndAsync("cut");
        var next = await bridge["nas"].ExecAsync("echo next");

        (report.Status, report.Exit, report["exec"], report.Out).ShouldBe(("lost", null, "null", "begun\n"), report.Json);
        next.Out.ShouldBe("next\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Row15_GivenAServerThatHangs_ShouldBeDetected(bool isBusy)
    {
        await using var bridge = await world.StartAsync(world.Nas("keepAlive: 0.5", "keepAliveCount: 2", "connectTimeout: 1"));
        await bridge["nas"].IsAsync("connection", "online");
        if (isBusy)
        {
            // A command that produced output does not count as a keep-alive reply once the output stops.
            await bridge["nas"].RunningAsync($"{_gate.Wait} & yes; true", "busy");
            await _gate.ReachedAsync();
        }

        world.Sshd.Pause();
        try
        {
            await bridge["nas"].IsAsync("connection", "offline");
            if (isBusy)
            {
                var report = await bridge["nas"].EndAsync("busy");
                (report.Status, report["exec"]).ShouldBe(("lost", "null"), report.Message);
            }
        }
        finally
        {
            world.Sshd.Resume();
            _gate.Open();
        }

        await bridge["nas"].IsAsync("connection", "online");
    }

    [Fact]
    public async Task Row16_GivenAServerWithOneSessionOnly_ShouldStillStopATimedOutCommandAndContinue()
    {
        await using var sshd = await SshdServer.StartNewAsync("MaxSessions 1");
        await using var bridge = await world.StartAsync(world.Yaml().Server("nas", sshd));
        await bridge["nas"].IsAsync("connection", "online");

        var report = await bridge["nas"].SendAsync("exec/0.5/set", $"echo begun; {_gate.Wait}");
        var next = await bridge["nas"].ExecAsync("echo next");
        _gate.Open();

        (report.Status, report["exec"], report.Out).ShouldBe(("timedOut", "null", "begun\n"), report.Json);
        next["out"].ShouldBe("next", next.Json);
        // As root, OpenSSH ignores signals, and there is no second channel to send one: only a new connection frees
        // the session.
        bridge["nas"]
            .History("connection")
            .ShouldBe(Environment.IsPrivilegedProcess ? ["offline", "online", "offline", "online"] : ["offline", "online"]);
    }

    [Fact]
    public async Task Row16_GivenAServerWithOneSessionOnly_ShouldRunQueuedCommandsOneAfterAnother()
    {
        await using var sshd = await SshdServer.StartNewAsync("MaxSessions 1");
        await using var bridge = await world.StartAsync(world.Yaml().Server("nas", sshd));
        await bridge["nas"].IsAsync("connection", "online");

        for (var i = 0; i < 10; i++)
        {
            await bridge["nas"].StartAsync($"echo {i}", $"{i}");
        }

        for (var i = 0; i < 10; i++)
        {
            var report = await bridge["nas"].EndAsync($"{i}");
            (report.Status, report.Out).ShouldBe(("succeeded", $"{i}\n"), report.Json);
        }

        bridge["nas"].History("connection").ShouldBe(["offline", "online"]);
    }

    [ScriptedSshFact]
    public async Task Row17_GivenAServerThatSendsNoExitStatus_ShouldPublishNull()
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await world.StartAsync(Scripted(server, "free"));

        var report = await bridge["free"].ExecAsync("anything");

        (report["exec"], report.Exit, report.Signal, report.Status, report.Out).ShouldBe(
            ("null", null, null, "failed", "begun\n"),
            report.Json
        );
        report.Message.ShouldNotBeNullOrEmpty();
    }

    [ScriptedSshFact]
    public async Task Row18_GivenAServerThatAsksForMoreThanThePassword_ShouldAnswerHiddenPromptsOnly()
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await world.StartAsync(Scripted(server, "expired", "echoing", "several"));

        var expired = await bridge["expired"].ExecAsync("true");
        var echoing = await bridge["echoing"].ExecAsync("true");
        var several = await bridge["several"].ExecAsync("true");

        (expired["exec"], expired.Status, expired.Reason).ShouldBe(("error", "rejected", "authentication"), expired.Json);
        (echoing["exec"], echoing.Status, echoing.Reason).ShouldBe(("error", "rejected", "authentication"), echoing.Json);
        echoing.Message!.ShouldContain("Your pet's name?");
        several.Out.ShouldBe("begun\n");
        // One login with the password, none that changes it; no answer to visible prompts; the same answer to all
        // hidden ones.
        server.Log.ShouldBe(["password expired", "answers several 2 1"], ignoreOrder: true);
        bridge.Log.ShouldNotContain(Canary);
    }

    [Fact]
    public async Task Row19_GivenAServerThatRekeysAllTheTime_ShouldCopyEveryByteBothWays()
    {
        await using var sshd = await SshdServer.StartNewAsync("RekeyLimit 1M");
        await using var bridge = await world.StartAsync(world.Yaml().Server("nas", sshd));
        var content = System.Security.Cryptography.RandomNumberGenerator.GetBytes(30_000_000);
        await File.WriteAllBytesAsync(sshd.Folder["source"], content);

        var get = await bridge["nas"].SendAsync("get/set", $"{sshd.Folder["source"]} copy");
        var put = await bridge["nas"].SendAsync("put/set", $"copy {sshd.Folder["copy"]}");
        var exec = await bridge["nas"].ExecAsync($"cat {sshd.Folder["copy"]}");

        (get["get"], put["put"]).ShouldBe(("30000000", "30000000"));
        // On a machine that is slow enough, the rest takes longer than the bridge waits for it after the exit status.
        (
            exec.OutBytes == 30_000_000
            || exec.Message == "Output still arrived after the end of the command; some may be missing."
        ).ShouldBeTrue(exec.Json[..500]);
        (await File.ReadAllBytesAsync(bridge.Folder["files/copy"])).AsSpan().SequenceEqual(content).ShouldBeTrue();
        (await File.ReadAllBytesAsync(sshd.Folder["copy"])).AsSpan().SequenceEqual(content).ShouldBeTrue();
        sshd.CountInLog("rekey").ShouldBeGreaterThan(20);
    }

    [ScriptedSshFact]
    public async Task Row56_GivenAServerThatKnowsOnlyOpenSshsKeepAlive_ShouldStayConnected()
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await world.StartAsync(
            Scripted(server, "free").Server("free", "keepAlive: 0.1", "keepAliveCount: 100")
        );

        // It responds at the fifth request.
        var report = await bridge["free"].ExecAsync("outlast");

        (report.Status, report.Out).ShouldBe(("succeeded", "asked\n"), report.Json);
        bridge["free"].History("connection").ShouldBe(["offline", "online"]);
    }

    [ScriptedSshTheory]
    [InlineData("mute", "sshnet")]
    [InlineData("mute", "libssh")]
    public async Task Row56_GivenAServerThatAnswersNoKeepAlive_ShouldStayConnectedWhileItSendsAnything(
        string user,
        string library
    )
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await world.StartAsync(
            Scripted(server, user).Server(user, $"sshLibrary: {library}", "keepAlive: 0.5", "keepAliveCount: 3")
        );

        // Four seconds, and the limit is two.
        var report = await bridge[user].ExecAsync("chatter");

        (report.Status, report.Out).ShouldBe(("succeeded", new string('x', 80)), report.Json);
        bridge[user].History("connection").ShouldBe(["offline", "online"]);
        await bridge.LoggedAsync("no reply to the keep-alive request");
        await bridge.LoggedAsync("increase keepAlive or keepAliveCount");
    }

    [ScriptedSshFact]
    public async Task Row56_GivenAServerThatAnswersWithUnimplemented_ShouldCountItAsAnAnswer()
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await world.StartAsync(
            Scripted(server, "unimplemented").Server("unimplemented", "keepAlive: 1", "keepAliveCount: 1")
        );

        // It ends at the fifth request: the limit is two intervals.
        var report = await bridge["unimplemented"].ExecAsync("outlast");

        (report.Status, report.Out).ShouldBe(("succeeded", "asked\n"), report.Json);
        bridge.Log.ShouldNotContain("no reply to the keep-alive request");
    }

    [ScriptedSshTheory]
    [InlineData("single", "sshnet")]
    [InlineData("single", "libssh")]
    [InlineData("hangup", "sshnet")]
    [InlineData("hangup", "libssh")]
    public async Task Row57_GivenAServerWithOneSessionForEachConnection_ShouldRunEveryCommand(string user, string library)
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await world.StartAsync(
            Scripted(server, user).Server(user, $"sshLibrary: {library}", "persistentConnection: true")
        );
        await bridge[user].IsAsync("connection", "online");

        for (var i = 0; i < 5; i++)
        {
            await bridge[user].StartAsync($"queued {i}", $"{i}");
        }

        for (var i = 0; i < 5; i++)
        {
            var report = await bridge[user].EndAsync($"{i}");
            (report.Status, report.Out).ShouldBe(("succeeded", $"queued {i}\n"), report.Json);
        }

        var last = await bridge[user].ExecAsync("last");
        (last.Status, last.Out).ShouldBe(("succeeded", "last\n"), last.Json);
    }

    [ScriptedSshTheory]
    [InlineData("close", "sshnet")]
    [InlineData("close", "libssh")]
    [InlineData("stay open", "sshnet")]
    [InlineData("stay open", "libssh")]
    [InlineData("hang up", "sshnet")]
    [InlineData("hang up", "libssh")]
    public async Task Row64_GivenOptionalExitStatus_ShouldSucceedWhenTheOutputHasEnded(string command, string library)
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await world.StartAsync(
            Scripted(server, "free").Server("free", $"sshLibrary: {library}", "exitStatus: optional")
        );

        var report = await bridge["free"].ExecAsync(command);

        (report["exec"], report.Exit, report.Status, report.Reason, report.Out).ShouldBe(
            ("null", null, "succeeded", null, "begun\n"),
            report.Json
        );
        await bridge.Probe.WaitForAsync(message =>
            message.Topic == "ssh/bridge/info" && message.Text.Contains("\"exitStatus\":\"optional\"", StringComparison.Ordinal)
        );
    }

    [ScriptedSshTheory]
    [InlineData("sshnet")]
    [InlineData("libssh")]
    public async Task Row62_GivenASignalsNameWithEscapes_ShouldShowItInPrintableForm(string library)
    {
        await using var server = await ScriptedSshServer.StartAsync();
        await using var bridge = await world.StartAsync(Scripted(server, "free").Server("free", $"sshLibrary: {library}"));

        var report = await bridge["free"].ExecAsync("signal");

        (report.Status, report.Signal).ShouldBe(("failed", "X\\x1b[31m\\x202e"), report.Json);
        bridge.Log.ShouldNotContain('\u001b');
        bridge.Log.ShouldNotContain('\u202e');
    }

    [Theory]
    [InlineData("sshnet")]
    [InlineData("libssh")]
    public async Task Row62_GivenADisconnectTextWithEscapesBeforeTheKeyIsKnown_ShouldShowItInPrintableForm(string library)
    {
        await using RawServer server = new(DisconnectAsync);
        await using var bridge = await world.StartAsync(
            world
                .Yaml()
                .Server("hostile", "host: 127.0.0.1", $"port: {server.Port}", "user: x", "password: y", $"sshLibrary: {library}")
        );

        var report = await bridge["hostile"].ExecAsync("true");

        (report.Status, report.Reason).ShouldBe(("rejected", "connect"), report.Json);
        if (library == "sshnet")
        {
            // libssh may forget the text when it notices that the socket is closed.
            report.Message!.ShouldContain("\\x1b[31mred\\x07\\x202e");
            await bridge.LoggedAsync("\\x1b[31mred\\x07\\x202e");
        }

        report.Message!.ShouldNotContain('\u001b');
        bridge.Log.ShouldNotContain('\u001b');
        bridge.Log.ShouldNotContain('\u202e');
    }

    /// <summary>SSH_MSG_DISCONNECT (RFC 4253 §11.1) in place of a key exchange.</summary>
    private static async Task DisconnectAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        const int padding = 8;
        var text = System.Text.Encoding.UTF8.GetBytes("\u001b[31mred\u0007\u202e");
        byte[] message = [1, 0, 0, 0, 2, 0, 0, 0, (byte)text.Length, .. text, 0, 0, 0, 0];
        var fill = padding + (8 - (5 + message.Length + padding) % 8) % 8;
        byte[] packet = [0, 0, 0, (byte)(1 + message.Length + fill), (byte)fill, .. message, .. new byte[fill]];
        await stream.WriteAsync("SSH-2.0-hostile\r\n"u8.ToArray(), cancellationToken);
        await stream.WriteAsync(packet, cancellationToken);
        // Until the client closes the connection.
        await stream.CopyToAsync(Stream.Null, cancellationToken);
    }

    private BridgeYaml Scripted(ScriptedSshServer server, params string[] users)
    {
        var yaml = world.Yaml();
        foreach (var user in users)
        {
            yaml.Server(
                user,
                "host: 127.0.0.1",
                $"port: {server.Port}",
                $"user: {user}",
                $"password: {Canary}",
                "persistentConnection: false"
            );
        }

        return yaml;
    }
}
