using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>The limits of the broker, the queue and the memory.</summary>
public sealed class LimitsTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private readonly Gate _gate = new(world.Sshd.Folder);

    [Fact]
    public async Task Burst_GivenMoreCommandsThanTheQueueHolds_ShouldGiveEachExactlyOneResult()
    {
        const int Count = 2_000;
        var file = world.Sshd.Folder[$"file-{Guid.NewGuid():N}"];
        await using var bridge = await world.StartAsync(world.Nas());
        await bridge["nas"].RunningAsync(_gate.Wait, "first");

        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => bridge["nas"].StartAsync($"echo {i} >> {file}", $"burst-{i}")));
        await bridge.OrLogAsync(bridge.Probe.WaitForAsync(Count - 100, IsResult));
        _gate.Open();
        var messages = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(Count + 1, IsResult));

        CommandReport[] results = [.. messages.Select(CommandReport.Read)];
        results.Select(result => result.Id).Distinct().Count().ShouldBe(Count + 1);
        results.Count(result => result.Status == "succeeded").ShouldBe(101);
        results.Count(result => result.Reason == "queueFull").ShouldBe(Count - 100);
        (await File.ReadAllLinesAsync(file)).Length.ShouldBe(100);
    }

    [Fact]
    public async Task Output_GivenAGigabyte_ShouldBeCountedInLittleMemory()
    {
        const long Bytes = 1_000_000_000;
        await using var bridge = await world.StartAsync(world.Nas());
        // Its output is longer than the bridge keeps, too: what a result of this size costs is in the baseline.
        await bridge["nas"].ExecAsync($"head -c {Bytes / 100} /dev/zero");
        var before = ProcessMemory.PeakBytes(bridge.Process.Id);

        var report = await bridge["nas"].ExecAsync($"head -c {Bytes} /dev/zero");

        (report.OutBytes, report.Truncated, report.Exit).ShouldBe((Bytes, true, 0), report.Message);
        (ProcessMemory.PeakBytes(bridge.Process.Id) - before).ShouldBeLessThan(Bytes / 5);
    }

    // With the smaller limit there is room for the output, but not for the JSON, in which each NUL has six characters.
    [Theory]
    [InlineData(8_000_000)]
    [InlineData(64_000_000)]
    public async Task Result_GivenTooLittleMemoryForTheOutput_ShouldBePublishedWithoutIt(int maximum)
    {
        await using var bridge = await world.StartWithSmallHeapAsync(world.Nas($"maxOutputBytes: {maximum}"));

        var report = await bridge["nas"].ExecAsync("head -c 100000000 /dev/zero");

        (report.Status, report.Exit, report.OutBytes, report.Truncated).ShouldBe(
            ("succeeded", 0, 100_000_000, true),
            report.Message
        );
        report.Out.ShouldBeEmpty();
        report.Message.ShouldNotBeNull().ShouldContain("The output was dropped: the bridge does not have enough memory");
        (await bridge["nas"].ExecAsync("echo next"))["out"].ShouldBe("next");
    }

    [Fact]
    public async Task Result_GivenABrokerThatAcceptsOnlySmallPackets_ShouldBePublishedTruncated()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(new() { MaximumPacketBytes = 20_000 });
        await using var bridge = await BridgeHost.StartNewAsync(new BridgeYaml(broker.Port).Server("nas", world.Sshd), broker);

        var report = await bridge["nas"].ExecAsync("head -c 100000 /dev/zero | tr '\\0' x");

        (report.Status, report.OutBytes, report.Truncated).ShouldBe(("succeeded", 100_000, true));
        report.Out.Length.ShouldBeInRange(5_000, 20_000);
        report["out"]!.Length.ShouldBeInRange(5_000, 20_000);
        (await bridge["nas"].ExecAsync("echo next"))["out"].ShouldBe("next");
    }

    [Fact]
    public async Task Publish_GivenTheBrokerRefusesIt_ShouldReportItOnTheErrorTopicAndContinue()
    {
        await using var broker = await MosquittoBroker.StartNewAsync(
            new() { Acl = "topic readwrite ssh/#\ntopic deny ssh/nas/err\n" }
        );
        await using var bridge = await BridgeHost.StartNewAsync(new BridgeYaml(broker.Port).Server("nas", world.Sshd), broker);

        var report = await bridge["nas"].ExecAsync("echo out; echo error >&2");

        (report["out"], report["err"], report["exec"]).ShouldBe(("out", null, "0"));
        ProbeMessage message = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == "ssh/bridge/error"));
        using var error = JsonDocument.Parse(message.Text);
        error.RootElement.GetProperty("topic").GetString().ShouldBe("ssh/nas/err");
    }

    private static bool IsResult(ProbeMessage message) => message.Topic == "ssh/nas/result";
}
