using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>
/// The time from publishing a command to receiving its exit status, on an open connection, compared with alternatives.
/// </summary>
internal sealed class LatencyFigure() : Figure("latency", "exec/set published → exec received, true, warm")
{
    private const string Command = "true";

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1));
        await bridge.WaitForServersAsync(1);
        await using var shell = await Peers.StartShellLoopAsync(lab, "shell");
        await using var node = await Peers.StartNodeAsync(lab, "node", noDelay: true);
        await using var delayed = await Peers.StartNodeAsync(lab, "delayed", noDelay: false);
        await Peers.WaitUntilTheyAnswerAsync(lab, "shell", "node", "delayed");
        await Floor.WarmUpAsync(lab, scale, "ssh/s0", "node");

        var before = CpuTime.Of(bridge.Id);
        var times = await Floor.LatenciesAsync(
            lab,
            scale.Latencies,
            Command,
            ("bridge", "ssh/s0"),
            ("shell", "shell"),
            ("node", "node"),
            ("delayed", "delayed")
        );
        var cpu = (CpuTime.Of(bridge.Id) - before).TotalMilliseconds / (scale.Latencies + Floor.WarmUp);

        var ours = times["bridge"];
        var (exec, echo) = (times["exec"], times["echo"]);
        var floor = Sample.Sum(exec, echo);
        report.Add(
            "against the floor",
            ours,
            "libssh + an MQTT round trip",
            floor,
            Judgement.AtMost(ours.Median / floor.Median, 1.15)
        );
        Compare(report, "the shell loop", ours, times["shell"]);
        Compare(report, "a Node bridge", ours, times["node"]);
        report.Add(
            "processor time for a command",
            $"{Sample.Format(cpu)} ms",
            $"of {scale.Latencies + Floor.WarmUp} commands, one at a time",
            Judgement.AtMost(cpu, 1, "ms")
        );
        report.Note($"The floor is libssh's {exec} plus the MQTT round trip's {echo}.");
        report.Note($"The floor itself is {Sample.Format(times["shell"].Median / floor.Median)} × faster than the shell loop.");
        report.Note($"The Node bridge with Nagle's algorithm, the default of its packages: {times["delayed"]}.");
        await MeasureWithLibSshAsync(report, scale);
        await MeasureWithDelaysAsync(report, scale);
    }

    private static void Compare(FigureReport report, string name, Sample ours, Sample theirs) =>
        report.Add(
            $"against {name}",
            ours,
            name,
            theirs,
            Judgement.None($"{Sample.Format(theirs.Median / ours.Median)} × faster")
        );

    // One bridge with two servers, one for each library, so that nothing else differs.
    private static async Task MeasureWithLibSshAsync(FigureReport report, Scale scale)
    {
        await using var lab = await Lab.StartAsync();
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1).Server("l0", lab.Sshd, "sshLibrary: libssh"));
        await bridge.WaitForServersAsync(2);
        await Floor.WarmUpAsync(lab, scale, "ssh/s0", "ssh/l0");
        var times = await Floor.LatenciesAsync(lab, scale.Latencies, Command, ("sshnet", "ssh/s0"), ("libssh", "ssh/l0"));
        var floor = Sample.Sum(times["exec"], times["echo"]).Median;
        report.Note(
            $"In another run, one bridge with a server for each library: sshnet {times["sshnet"]}, "
                + $"{times["sshnet"].Median / floor:0.00} × the floor; "
                + $"libssh {times["libssh"]}, {times["libssh"].Median / floor:0.00} ×."
        );
    }

    // The default of mosquitto, also on Debian: Nagle's algorithm is on.
    private static async Task MeasureWithDelaysAsync(FigureReport report, Scale scale)
    {
        await using var lab = await Lab.StartAsync(noDelay: false);
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1));
        await bridge.WaitForServersAsync(1);
        var times = await Floor.LatenciesAsync(lab, scale.Latencies / 5, Command, ("bridge", "ssh/s0"));
        var floor = Sample.Sum(times["exec"], times["echo"]);
        report.Note(
            $"With a broker without `set_tcp_nodelay true`, which delays the answer until the client's kernel has acknowledged "
                + $"the broker's previous packet: {times["bridge"]}, floor {floor}."
        );
    }
}
