using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

[Collection(SharedBridgeTests.Name)]
public sealed class ConnectionTests(SharedBridge shared) : IAsyncLifetime
{
    private BridgeHost Bridge => shared.Bridge;
    private BridgeClient Nas => shared.Bridge["nas"];

    /// <summary>Connects when a command needs it and disconnects one and a half seconds after.</summary>
    private BridgeClient Demand => shared.Bridge["demand"];

    public async Task InitializeAsync()
    {
        await Demand.PublishAsync("user/set", "");
        await Demand.PublishAsync("password/set", "");
        await Demand.PublishAsync("connection/set", "close");
        await Demand.ExecAsync("true");
        await Demand.IsAsync("connection", "offline");
        Bridge.Probe.Clear();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Demand_GivenACommand_ShouldConnectForItAndDisconnectAfterwards()
    {
        var report = await Demand.ExecAsync("echo hello");

        report["out"].ShouldBe("hello");
        report["connection"].ShouldBe("online");
        await Demand.IsAsync("connection", "offline");
        Demand.History("connection").ShouldBe(["online", "offline"]);
    }

    [Fact]
    public async Task Demand_GivenCommandsInARow_ShouldKeepTheConnection()
    {
        await Demand.ExecAsync("true");
        await Demand.ExecAsync("true");
        await Demand.ExecAsync("sleep 2"); // Longer than the idle time: a command that runs is not idle.
        await Demand.ExecAsync("true");

        Demand.History("connection").ShouldBe(["online"]);
    }

    [Fact]
    public async Task Close_GivenAPersistentConnection_ShouldCloseItUntilTheNextCommand()
    {
        await Nas.PublishAsync("connection/set", "close");
        await Nas.IsAsync("connection", "offline");

        var report = await Nas.ExecAsync("echo again");

        report["out"].ShouldBe("again");
        Nas.History("connection").ShouldBe(["offline", "online"]);
    }

    [Fact]
    public async Task Open_GivenAClosedPersistentConnection_ShouldOpenIt()
    {
        await Nas.PublishAsync("connection/set", "close");
        await Nas.IsAsync("connection", "offline");

        await Nas.PublishAsync("connection/set", "open");

        await Nas.IsAsync("connection", "online");
        Nas.History("result").ShouldBeEmpty();
    }

    [Fact]
    public async Task Close_GivenACommandBeforeIt_ShouldWaitForItsTurn()
    {
        Gate gate = new(shared.Sshd.Folder);
        await Nas.RunningAsync($"{gate.Wait}; echo done", "before-close");
        await Nas.PublishAsync("connection/set", "close");
        await Bridge.OrLogAsync(
            Bridge.Probe.WaitForAsync(message => message.Text == """{"running":"before-close","queued":1}""")
        );

        gate.Open();
        var report = await Nas.EndAsync("before-close");

        (report.Status, report.Out).ShouldBe(("succeeded", "done\n"));
        await Nas.IsAsync("connection", "offline");
        await Nas.PublishAsync("connection/set", "open");
        await Nas.IsAsync("connection", "online");
    }

    [Fact]
    public async Task User_GivenAnotherOne_ShouldBeUsedFromTheNextConnectionOnUntilEmpty()
    {
        await Demand.ExecAsync("true");
        await Demand.PublishAsync("user/set", "nobody-of-that-name");
        var still = await Demand.ExecAsync("echo same connection");
        await Demand.PublishAsync("connection/set", "close");
        var refused = await Demand.ExecAsync("echo not run");
        await Demand.PublishAsync("user/set", "");
        var restored = await Demand.ExecAsync("echo back");

        still["out"].ShouldBe("same connection");
        (refused["exec"], refused.Status, refused.Reason).ShouldBe(("error", "rejected", "authentication"), refused.Json);
        (refused["out"], refused.Out).ShouldBe(("", ""));
        restored["out"].ShouldBe("back");
    }

    [Fact]
    public async Task Password_GivenAWrongOne_ShouldBeRefusedUntilEmpty()
    {
        await Demand.PublishAsync("password/set", "canary-wrong-password");
        var refused = await Demand.ExecAsync("echo not run");
        await Demand.PublishAsync("password/set", "");
        var restored = await Demand.ExecAsync("echo back");

        (refused["exec"], refused.Status, refused.Reason).ShouldBe(("error", "rejected", "authentication"), refused.Json);
        restored["out"].ShouldBe("back");
        Bridge.Log.ShouldNotContain("canary");
        Bridge
            .Probe.Messages.Where(message => message.Topic != "ssh/demand/password/set")
            .ShouldAllBe(message => !message.Text.Contains("canary"));
    }

    [Fact]
    public async Task Password_GivenAKeyFilesName_ShouldUseTheKey()
    {
        await Demand.PublishAsync("password/set", "wrong");
        (await Demand.ExecAsync("true")).Reason.ShouldBe("authentication");

        await Demand.PublishAsync("password/set", shared.Sshd.Key);

        (await Demand.ExecAsync("echo with the key"))["out"].ShouldBe("with the key");
    }

    [Theory]
    [InlineData("user/set", "somebody", "user")]
    [InlineData("password/set", "something", "password")]
    public async Task Override_GivenAPersistentConnection_ShouldBeRejected(string topic, string payload, string operation)
    {
        var report = await Nas.SendAsync(topic, payload);

        (report.Operation, report.Status, report.Reason).ShouldBe((operation, "rejected", "invalid"));
        report.Json.ShouldNotContain("something");
        (await Nas.ExecAsync("echo works"))["out"].ShouldBe("works");
    }
}
