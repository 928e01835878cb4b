using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>The repository's examples/node-red/flows.json in a real Node-RED.</summary>
public sealed class NodeRedTests(NodeRedWorld world) : IClassFixture<NodeRedWorld>
{
    private NodeRed NodeRed => world.NodeRed!;

    [NodeRedFact]
    public async Task Command_GivenSuccess_ShouldPassItsOutputOn()
    {
        await NodeRed.InjectAsync("How full is the disk?");

        (await NodeRed.DebugAsync("output", "Use%")).ShouldStartWith("Filesystem");
    }

    [NodeRedFact]
    public async Task Command_GivenAFailure_ShouldReportTheCause()
    {
        await NodeRed.InjectAsync("How full is the disk?", ("payload", "exit 3"), ("server", "nas"));
        await NodeRed.InjectAsync("How full is the disk?", ("payload", "true"), ("server", "nix"));

        Result(await NodeRed.DebugAsync("failure", "\"exit\":3")).GetProperty("status").GetString().ShouldBe("failed");
        await NodeRed.DebugAsync("failure", "There is no server 'nix'");
    }

    [NodeRedFact]
    public async Task Command_GivenSeveralAtOnce_ShouldAnswerEachWithItsOwnResult()
    {
        await NodeRed.InjectAsync("How full is the disk?", ("payload", "sleep 0.3; echo slow one"), ("server", "nas"));
        await NodeRed.InjectAsync(
            "How full is the disk?",
            ("payload", new { command = "cat", stdin = "quick one" }),
            ("server", "router")
        );

        await NodeRed.DebugAsync("output", text => text == "quick one");
        await NodeRed.DebugAsync("output", text => text == "slow one\n");
    }

    [NodeRedFact]
    public async Task Command_GivenANamedAction_ShouldRunIt()
    {
        await NodeRed.InjectAsync(
            "How full is the disk?",
            ("payload", new { args = new { name = "Node-RED" } }),
            ("server", "nas"),
            ("operation", "run/greet")
        );

        await NodeRed.DebugAsync("output", text => text == "hello Node-RED\n");
    }

    [NodeRedFact]
    public async Task Lines_GivenACommandThatPrints_ShouldArriveOneByOne()
    {
        await NodeRed.InjectAsync("Count to three");

        await NodeRed.DebugAsync("line", "line 3");
        NodeRed
            .Debug("line")
            .Where(text => text.StartsWith("line", StringComparison.Ordinal))
            .ShouldBe(["line 1", "line 2", "line 3"]);
    }

    [NodeRedFact]
    public async Task File_GivenASlowLink_ShouldShowItsProgressAndThenTheResult()
    {
        const int size = 4 << 20;
        var source = world.Sshd.Folder["syslog"];
        await File.WriteAllBytesAsync(source, new byte[size]);
        world.Link.Fault = new LinkFault.Delay(TimeSpan.FromMilliseconds(15));

        await NodeRed.InjectAsync(
            "Get a file",
            ("payload", new { source, destination = "syslog" }),
            ("server", "nas"),
            ("operation", "get")
        );

        var result = Result(await NodeRed.DebugAsync("copied", "\"operation\":\"get\""));
        world.Link.Fault = new LinkFault.None();
        (result.GetProperty("status").GetString(), result.GetProperty("bytes").GetInt64()).ShouldBe(("succeeded", size));
        NodeRed.Debug("progress")[^1].ShouldStartWith("get: 100 %, ");
        new FileInfo(world.Bridge.Folder["files/syslog"]).Length.ShouldBe(size);
    }

    [NodeRedFact]
    public async Task Offline_GivenALostConnectionAndALostBridge_ShouldReportEach()
    {
        world.Link.Fault = new LinkFault.Refuse();
        await NodeRed.DebugAsync("connection lost", "nas is offline");
        world.Link.Fault = new LinkFault.None();
        await world.Bridge["nas"].IsAsync("connection", "online");
        await world.Bridge.KillAsync();

        await NodeRed.DebugAsync("connection lost", "bridge is offline");

        await world.Bridge.StartAsync();
        await world.Bridge["nas"].IsAsync("connection", "online");
        NodeRed.Debug("connection lost").Take(2).ShouldBe(["nas is offline", "bridge is offline"]);
    }

    private static JsonElement Result(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
