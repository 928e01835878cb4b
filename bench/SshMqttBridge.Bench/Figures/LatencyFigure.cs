using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>From the publishing of a command to the arrival of its exit status, on a connection that is open, and what else could do that.</summary>
internal sealed class LatencyFigure() : Figure("latency", "exec/set published → exec received, true, warm")
{
    private const string Command = "true";

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1));
        await bridge.WaitForServersAsync(1);
        await using var shell = await Peers.StartShellLoopAsync(lab, "shell");
        await using var node = await Peers.StartNodeAsync(lab, "node");
        await Peers.WaitUntilTheyAnswerAsync(lab, "shell", "node");

        var before = CpuTime.Of(bridge.Id);
        var times = await Floor.LatenciesAsync(
            lab,
            scale.Latencies,
            Command,
            ("bridge", "ssh/s0"),
            ("shell", "shell"),
            ("node", "node")
        );
        var cpu = (CpuTime.Of(bridge.Id) - before).TotalMilliseconds / (scale.Latencies + Floor.WarmUp);

        var ours = times["bridge"];
        var exec = times["exec"];
        var echo = times["echo"];
        var floor = Sample.Sum(exec, echo);
        report.Add(
            "against the floor",
            ours,
            "libssh + a message to oneself",
            floor,
            Judgement.AtMost(ours.Median / floor.Median, 1.10)
        );
        report.Add(
            "against the shell loop",
            ours,
            "shell loop",
            times["shell"],
            Judgement.AtLeast(times["shell"].Median / ours.Median, 10)
        );
        report.Add(
            "against a Node bridge",
            ours,
            "Node bridge",
            times["node"],
            Judgement.AtLeast(times["node"].Median / ours.Median, 1)
        );
        report.Note(
            $"The floor is libssh's {exec} and the message's {echo}. The bridge takes {cpu:0.00} ms of processor time for a command."
        );
        await MeasureWithDelaysAsync(report, scale);
    }

    // What Debian's mosquitto does as it comes: it leaves Nagle's algorithm on.
    private static async Task MeasureWithDelaysAsync(FigureReport report, Scale scale)
    {
        await using var lab = await Lab.StartAsync(noDelay: false);
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1));
        await bridge.WaitForServersAsync(1);
        var times = await Floor.LatenciesAsync(lab, scale.Latencies / 5, Command, ("bridge", "ssh/s0"));
        var floor = Sample.Sum(times["exec"], times["echo"]);
        report.Note(
            $"On a broker without `set_tcp_nodelay true`, with a client that does not mind: the bridge {times["bridge"]}, the floor {floor}."
        );
    }
}
