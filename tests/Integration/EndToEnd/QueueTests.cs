using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

[Collection(SharedBridgeTests.Name)]
public sealed class QueueTests(SharedBridge shared)
{
    private readonly Gate _gate = new(shared.Sshd.Folder);
    private readonly string _file = shared.Sshd.Folder[$"file-{Guid.NewGuid():N}"];

    private BridgeClient Nas => shared.Bridge["nas"];

    /// <summary>Two may wait in its queue.</summary>
    private BridgeClient Small => shared.Bridge["small"];

    [Fact]
    public async Task Queue_GivenManyCommands_ShouldRunThemInOrder()
    {
        for (var i = 0; i < 50; i++)
        {
            await Nas.StartAsync($"echo {i} >> {_file}", $"order-{i}");
        }

        await Nas.EndAsync("order-49");

        (await File.ReadAllLinesAsync(_file)).ShouldBe(Enumerable.Range(0, 50).Select(i => $"{i}"));
        await Nas.IsAsync("queue", """{"running":null,"queued":0}""");
    }

    [Fact]
    public async Task Queue_GivenOneTooMany_ShouldRejectItAtOnceAndRunTheOthers()
    {
        await Small.RunningAsync(_gate.Wait, "full-1");
        await Small.StartAsync("true", "full-2");
        await Small.StartAsync("true", "full-3");
        await Small.StartAsync($"touch {_file}", "full-4");

        var refused = await Small.EndAsync("full-4");

        (refused.Status, refused.Reason).ShouldBe(("rejected", "queueFull"));
        (refused["exec"], refused["out"], refused["err"]).ShouldBe(("error", "", ""));
        Small.ResultsOf("full-1").ShouldBeEmpty();
        Small.Has("queue", """{"running":"full-1","queued":1}""").ShouldBeTrue();
        Small.Has("queue", """{"running":"full-1","queued":2}""").ShouldBeTrue();
        Small.Has("queue", """{"running":"full-1","queued":3}""").ShouldBeFalse();

        _gate.Open();
        (await Small.EndAsync("full-1")).Status.ShouldBe("succeeded");
        (await Small.EndAsync("full-2")).Status.ShouldBe("succeeded");
        var last = await Small.EndAsync("full-3");
        last.Status.ShouldBe("succeeded");
        last.QueuedMs.ShouldBeGreaterThan(0);
        await Small.IsAsync("queue", """{"running":null,"queued":0}""");
        File.Exists(_file).ShouldBeFalse();
    }

    [Fact]
    public async Task Queue_GivenAnyValue_ShouldBeRetained()
    {
        await Nas.ExecAsync("true");
        await Nas.IsAsync("queue", """{"running":null,"queued":0}""");

        await using var late = await MqttProbe.ConnectAsync(shared.Broker);
        await late.SubscribeAsync("ssh/nas/queue");

        (await late.WaitForAsync(_ => true)).Text.ShouldBe("""{"running":null,"queued":0}""");
    }

    [Fact]
    public async Task Queue_GivenAMessageThatExpiresThere_ShouldEndItAsExpiredAndNotRunIt()
    {
        await Nas.RunningAsync(_gate.Wait, "before-expiry");
        await Nas.PublishAsync("exec/set", BridgeClient.Json($"touch {_file}", new { id = "expiring" }), expirySeconds: 1);
        await Nas.PublishAsync("exec/set", BridgeClient.Json("true", new { id = "lasting" }), expirySeconds: 600);

        var expired = await Nas.EndAsync("expiring");
        Nas.ResultsOf("before-expiry").ShouldBeEmpty();
        _gate.Open();

        (expired.Status, expired["exec"], expired["out"]).ShouldBe(("expired", "error", ""));
        expired.Message.ShouldNotBeNullOrEmpty();
        (await Nas.EndAsync("lasting")).Status.ShouldBe("succeeded");
        File.Exists(_file).ShouldBeFalse();
    }

    [Fact]
    public async Task Queue_GivenAMessageThatExpiresWhileItRuns_ShouldLetItRun()
    {
        var report = await SendExpiringAsync("sleep 1.5; echo done");

        report.Status.ShouldBe("succeeded");
    }

    private async Task<CommandReport> SendExpiringAsync(string command)
    {
        await Nas.PublishAsync("exec/set", BridgeClient.Json(command, new { id = "running-expiry" }), expirySeconds: 1);
        return await Nas.EndAsync("running-expiry");
    }
}
