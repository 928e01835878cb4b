using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>Rows 5 to 9 and 42 to 49: what a broker, and other clients of it, can do to a bridge.</summary>
public sealed class BrokerTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task Row05_GivenABrokerThatRefusesTheLogin_ShouldLogItAndNotRetrySoon()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(
            new() { Passwords = new Dictionary<string, string>(StringComparer.Ordinal) { ["bridge"] = "right" } }
        );
        using TemporaryFolder folder = new();
        var file = folder.Write(
            "bridge.yaml",
            new BridgeYaml(broker.Port).Mqtt("username: bridge", "password: canary-wrong").Server("nas", world.Sshd).ToString()
        );
        await using var bridge = await BridgeProgram.StartAsync("run", "--config", file);

        await ShouldNotRetrySoonAsync(bridge);
        bridge.Output.ShouldContain("refused the connection: not authorised");
        bridge.Output.ShouldNotContain("canary-wrong");
        broker.Log.Split('\n').Count(line => line.Contains("not authorised", StringComparison.Ordinal)).ShouldBe(1, broker.Log);
        bridge.Signal(ChildProcess.Terminate);
        await bridge.WaitForExitAsync();
        bridge.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Row05_GivenABrokerThatRefusesASubscription_ShouldNameItAndNotRetrySoon()
    {
        await using ScriptedBroker broker = new() { SubscribeReason = 135 };
        using TemporaryFolder folder = new();
        var file = folder.Write("bridge.yaml", new BridgeYaml(broker.Port).Server("nas", world.Sshd).ToString());
        await using var bridge = await BridgeProgram.StartAsync("run", "--config", file);

        await ShouldNotRetrySoonAsync(bridge);
        bridge.Output.ShouldContain("refused a subscription: ");
        broker.ConnectCount.ShouldBe(1);
    }

    [Fact]
    public async Task Row07_GivenTwoBridgesWithOneClientId_ShouldNotDisconnectEachOtherAllTheTime()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var first = await BridgeHost.StartNewAsync(new BridgeYaml(broker.Port).Server("one", world.Sshd), broker);
        await first["one"].IsAsync("connection", "online");

        await using var second = await BridgeHost.StartNewAsync(new BridgeYaml(broker.Port).Server("two", world.Sshd), broker);
        await first.LoggedAsync("does another client use the client id 'ssh-mqtt-bridge'?");
        await second.LoggedAsync("does another client use the client id 'ssh-mqtt-bridge'?");

        // mosquitto does not report the takeover. Each bridge doubles its wait: one second, two, four.
        broker
            .Log.Split('\n')
            .Count(line => line.Contains("already connected", StringComparison.Ordinal))
            .ShouldBeInRange(3, 8, broker.Log);
        first
            .Log.Split('\n')
            .Count(line => line.Contains("Not connected", StringComparison.Ordinal))
            .ShouldBeLessThan(4, first.Log);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task Row08_GivenPayloadsOf200Megabytes_ShouldRejectThemAndContinue(string version)
    {
        await using var bridge = await world.StartWithSmallHeapAsync(world.Nas().Mqtt($"protocolVersion: {version}"));
        var payload = new byte[200_000_000];
        Array.Fill(payload, (byte)'x');
        await using var sender = await MqttProbe.ConnectAsync(world.Broker);
        List<long> peaks = [ProcessMemory.PeakBytes(bridge.Process.Id)];

        for (var i = 1; i <= 2; i++)
        {
            await sender.PublishAsync("ssh/nas/exec/set", payload);
            var results = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(i, IsResult));
            var report = CommandReport.Read(results[^1]);
            (report.Status, report.Reason).ShouldBe(("rejected", "tooLarge"), report.Json);
            report.Json.Length.ShouldBeLessThan(2_000);
            peaks.Add(ProcessMemory.PeakBytes(bridge.Process.Id));
        }

        // The bridge discards these bytes while reading.
        (peaks[1] - peaks[0]).ShouldBeLessThan(payload.Length / 2);
        (peaks[2] - peaks[1]).ShouldBeLessThan(payload.Length / 4);
        bridge.Probe.Clear();
        (await bridge["nas"].ExecAsync("echo after"))["out"].ShouldBe("after");
    }

    [Fact]
    public async Task Row08_GivenABurstOf100000Messages_ShouldAnswerEachInBoundedMemory()
    {
        const int Count = 100_000;
        // The observing client would receive five messages for each; it subscribes to the results only.
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var full = 0;
        var other = 0;
        ProbeOptions options = new() { Sink = message => Look(message.Topic, message.Payload) };
        await using var bridge = await world.StartAsync(world.Nas("queueLimit: 10"));
        Gate gate = new(world.Sshd.Folder);
        await bridge["nas"].RunningAsync(gate.Wait, "first");
        await using var watcher = await MqttProbe.ConnectAsync(world.Broker, options);
        await watcher.SubscribeAsync("ssh/nas/result");
        await bridge.Probe.DisposeAsync();
        await using var sender = await MqttProbe.ConnectAsync(world.Broker);
        List<long> peaks = [ProcessMemory.PeakBytes(bridge.Process.Id)];

        foreach (var count in (int[])[Count / 2, Count])
        {
            for (var i = 0; i < Count / 2; i += 1_000)
            {
                await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => sender.PublishAsync("ssh/nas/exec/set", "true")));
            }

            await Eventually.TrueAsync(
                () => Volatile.Read(ref full) >= count - 10,
                $"not all are answered: {bridge.Log[..Math.Min(2_000, bridge.Log.Length)]}"
            );
            peaks.Add(ProcessMemory.PeakBytes(bridge.Process.Id));
        }

        gate.Open();
        await all.Task.WaitAsync(Eventually.Patience);

        (full, other).ShouldBe((Count - 10, 11));
        // Rejections that accumulated would take as much for the second half as for the first.
        (peaks[1] - peaks[0]).ShouldBeLessThan(350_000_000);
        (peaks[2] - peaks[1]).ShouldBeLessThan(100_000_000);

        void Look(string topic, byte[] payload)
        {
            if (topic != "ssh/nas/result")
            {
                return;
            }

            _ =
                payload.AsSpan().IndexOf("\"queueFull\""u8) >= 0
                    ? Interlocked.Increment(ref full)
                    : Interlocked.Increment(ref other);
            if (Volatile.Read(ref full) + Volatile.Read(ref other) == Count + 1)
            {
                all.TrySetResult();
            }
        }
    }

    [Fact]
    public async Task Row09_GivenAClientThatSendsACommandTwice_ShouldRunItOnce()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        var file = world.Sshd.Folder[$"file-{Guid.NewGuid():N}"];
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, world.Broker.Port);
        var stream = client.GetStream();
        // MQTT 3.1.1, no client id, a keep-alive of a minute.
        await stream.WriteAsync(new byte[] { 0x10, 12, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 60, 0, 0 });
        await stream.ReadExactlyAsync(new byte[4]);

        await stream.WriteAsync(Publish(0x32, $"echo ran >> {file}"));
        await stream.ReadExactlyAsync(new byte[4]);
        // The same packet again, marked as a duplicate, as from a client without an acknowledgement; a broker forwards it.
        await stream.WriteAsync(Publish(0x3A, $"echo ran >> {file}"));
        await stream.ReadExactlyAsync(new byte[4]);
        var results = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(2, IsResult));

        results[1].Text.ShouldBe(results[0].Text);
        (await File.ReadAllLinesAsync(file)).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("5", 0)]
    [InlineData("5", 1)]
    [InlineData("5", 2)]
    [InlineData("3.1.1", 2)]
    public async Task Row42_GivenThousandsOfCommandsAtOnce_ShouldAnswerEachOnce(string version, int qos)
    {
        const int Count = 2_000;
        await using var bridge = await BridgeHost.StartNewAsync(world.Nas().Mqtt($"protocolVersion: {version}"), world.Broker);
        await bridge["nas"].IsAsync("connection", "online");
        var file = bridge.Folder.Write("commands", string.Concat(Enumerable.Repeat("true\n", Count)));

        await ChildProcess.RunAsync(
            "sh",
            "-c",
            $"mosquitto_pub -V {(version == "5" ? "5" : "311")} -p {world.Broker.Port} -q {qos} -t ssh/nas/exec/0/set -l <{file}"
        );

        var results = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(Count, IsResult));
        (await bridge["nas"].ExecAsync("echo after", new { id = "after" }))["out"].ShouldBe("after");
        results.Select(result => CommandReport.Read(result).Id).Distinct().Count().ShouldBe(Count);
        bridge.Probe.Messages.Count(IsResult).ShouldBe(Count + 1);
        bridge.Log.ShouldNotContain("Not connected");
    }

    [Fact]
    public async Task Row43_GivenAnIdThatIsRepeatedThousandsOfTimes_ShouldAnswerEachInBoundedMemory()
    {
        const int Count = 2_000;
        await using var bridge = await world.StartAsync(world.Nas());
        var payload = BridgeClient.Json("head -c 1000000 /dev/zero | tr '\\0' x", new { id = "often" });
        await bridge["nas"].ExecAsync(payload);
        var before = ProcessMemory.PeakBytes(bridge.Process.Id);

        await Task.WhenAll(
            Enumerable
                .Range(0, Count)
                .Select(_ => bridge.Probe.PublishAsync("ssh/nas/exec/set", payload, responseTopic: "ssh/reply/often"))
        );
        var results = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(Count + 1, IsResult));
        var answers = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(Count, message => message.Topic == "ssh/reply/often"));

        (ProcessMemory.PeakBytes(bridge.Process.Id) - before).ShouldBeLessThan(64 << 20);
        results[1].Text.ShouldBe(results[0].Text);
        // A few whole results a second are allowed, so any single one may be whole on a slow machine.
        var last = answers.Select(CommandReport.Read).Last(answer => answer.Truncated);
        (last.Id, last.Status, last.OutBytes, last.Truncated).ShouldBe(("often", "succeeded", 1_000_000, true));
        last.Json.Length.ShouldBeLessThan(2_000);
        (await File.ReadAllTextAsync(bridge.Folder["state/audit.log"]))
            .Split('\n')
            .Count(line => line.Contains("\"duplicate\":true", StringComparison.Ordinal))
            .ShouldBe(Count);
    }

    [Fact]
    public async Task Row44_GivenABrokerThatHangsWhileOutputIsPublished_ShouldDetectIt()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var bridge = await BridgeHost.StartNewAsync(
            new BridgeYaml(broker.Port).Mqtt("keepAlive: 2").Server("nas", world.Sshd, "stdout: line"),
            broker
        );
        await bridge["nas"].PublishAsync("exec/set", "while sleep 0.5; do echo tick; done");
        await bridge["nas"].IsAsync("out", "tick");

        broker.Pause();
        await bridge.LoggedAsync("did not answer in the keep-alive time");
        broker.Resume();
        await bridge.LoggedAsync("Reconnected to the broker");
    }

    [Fact]
    public async Task Row45_GivenOneOfSeveralBrokersGoesDown_ShouldUseTheNext()
    {
        await using var first = await MosquittoBroker.StartNewAsync();
        await using var second = await MosquittoBroker.StartNewAsync();
        var yaml = new BridgeYaml(second.Port)
            .Mqtt("host:", $"hosts: [\"127.0.0.1:{first.Port}\", \"localhost:{second.Port}\"]")
            .Server("nas", world.Sshd);
        await using var bridge = await BridgeHost.CreateAsync(yaml, second);
        await bridge.LaunchAsync();
        await bridge.LoggedAsync($"Connected to the broker 127.0.0.1:{first.Port}");

        await first.KillAsync();

        await bridge.LoggedAsync($"Reconnected to the broker localhost:{second.Port}");
        (await bridge["nas"].ExecAsync("echo there"))["out"].ShouldBe("there");
        (var status, var output) = await BridgeProgram.RunAsync("check", "--connect", "--config", bridge.ConfigurationFile);
        output.ShouldContain($"broker localhost:{second.Port}: ok");
        status.ShouldBe(0, output);
    }

    [Fact]
    public async Task Row46_GivenAnotherClientWithTheClientId_ShouldReportItAndWait()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var bridge = await BridgeHost.StartNewAsync(new BridgeYaml(broker.Port).Server("nas", world.Sshd), broker);
        await bridge["nas"].IsAsync("connection", "online");

        // It reconnects after a second, each time. mosquitto does not report the takeover.
        await using var other = await ChildProcess.StartAsync(
            "mosquitto_sub",
            ["-p", $"{broker.Port}", "-i", "ssh-mqtt-bridge", "-t", "other"]
        );

        await bridge.LoggedAsync("another client seems to use the client id 'ssh-mqtt-bridge'; retrying in ");
        bridge.Log.ShouldMatch("seems to use the client id 'ssh-mqtt-bridge'; retrying in [67][0-9]");
        await bridge.OrLogAsync(
            bridge.Probe.WaitForAsync(message =>
                message.Topic == "ssh/bridge/error" && message.Text.Contains("\"takenOver\"", StringComparison.Ordinal)
            )
        );
    }

    [Theory]
    [InlineData("5", "true")]
    [InlineData("5", "false")]
    [InlineData("3.1.1", "false")]
    public async Task Row48_GivenABrokerWithoutRetainedMessages_ShouldWorkWithoutThem(string version, string retain)
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { Extra = "retain_available false" });
        await using var bridge = await BridgeHost.StartNewAsync(
            new BridgeYaml(broker.Port).Mqtt($"protocolVersion: {version}", $"retain: {retain}").Server("nas", world.Sshd),
            broker
        );

        var report = await bridge["nas"].ExecAsync("echo hello");

        (report["out"], report["exec"]).ShouldBe(("hello", "0"));
        const string Words = "does not support retained messages";
        bridge.Log.Split('\n').Count(line => line.Contains(Words, StringComparison.Ordinal)).ShouldBe(retain == "true" ? 1 : 0);
        (var status, var output) = await BridgeProgram.RunAsync("check", "--connect", "--config", bridge.ConfigurationFile);
        output.ShouldContain($"broker 127.0.0.1:{broker.Port}: ok");
        output.Contains(Words, StringComparison.Ordinal).ShouldBe(retain == "true");
        status.ShouldBe(0, output);
    }

    [Fact]
    public async Task Row49_GivenABrokerThatSupportsOnlyTheOldVersion_ShouldSuggestTheSetting()
    {
        await using ScriptedBroker broker = new() { Version = 4, ConnectReason = 1 };
        using TemporaryFolder folder = new();
        var file = folder.Write("bridge.yaml", new BridgeYaml(broker.Port).Server("nas", world.Sshd).ToString());

        (var status, var output) = await BridgeProgram.RunAsync("check", "--connect", "--config", file);

        output.ShouldContain("mqtt.protocolVersion: 3.1.1 may help");
        status.ShouldBe(1, output);
    }

    private static byte[] Publish(byte type, string command)
    {
        var topic = "ssh/nas/exec/set"u8.ToArray();
        var payload = System.Text.Encoding.UTF8.GetBytes(BridgeClient.Json(command, new { id = "sent-twice" }));
        var length = 2 + topic.Length + 2 + payload.Length;
        return [type, (byte)(length & 127 | 128), (byte)(length >> 7), 0, (byte)topic.Length, .. topic, 0, 1, .. payload];
    }

    private static bool IsResult(ProbeMessage message) => message.Topic == "ssh/nas/result";

    /// <summary>Waits until the bridge has failed to connect to the broker, but not to the server.</summary>
    private static async Task ShouldNotRetrySoonAsync(ChildProcess bridge)
    {
        // No retry happens while the bridge connects to the server: the first wait is 30 s.
        foreach (var words in (string[])["Not connected to the broker", "nas: connected"])
        {
            await Eventually.TrueAsync(() => bridge.Output.Contains(words, StringComparison.Ordinal), bridge.Output);
        }

        bridge.Output.ShouldMatch("retrying in [3-9][0-9]");
    }
}
