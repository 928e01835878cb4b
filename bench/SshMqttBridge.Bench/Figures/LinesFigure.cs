using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>A command with <c>stdout: line</c>, from its start until a subscriber has received the last line.</summary>
internal sealed class LinesFigure() : Figure("lines", "stdout: line, a million short lines")
{
    /// <summary>
    /// The lines for one <c>mosquitto_pub -l</c>. After 65,535 lines packet identifiers repeat; version 2.0.11 then mistakes the
    /// acknowledgement of an early line for that of the last, and exits before it has sent the others.
    /// </summary>
    private const int PartLines = 50_000;

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1, "stdout: line"));
        await bridge.WaitForServersAsync(1);
        using MemoryFolder files = new();
        var few = files.WriteLines("few", 10_000);
        var many = files.WriteLines("many", scale.Lines);
        await BridgeAsync(lab, few, 10_000);

        List<double> ours = [],
            theirs = [],
            cpu = [];
        for (var turn = 0; turn < scale.Bulk; turn++)
        {
            var before = CpuTime.Of(bridge.Id);
            ours.Add(scale.Lines / 1000.0 / await BridgeAsync(lab, many, scale.Lines));
            cpu.Add((CpuTime.Of(bridge.Id) - before).TotalSeconds);
            theirs.Add(scale.Lines / 1000.0 / await MosquittoPubAsync(lab, many, scale.Lines));
        }

        Sample rate = new(ours, "k/s");
        Sample peer = new(theirs, "k/s");
        report.Add("lines per second", rate, "`mosquitto_pub -l`", peer, Judgement.AtLeast(rate.Median / peer.Median, 1));
        report.Note(
            $"All at QoS 1, to one subscriber; `mosquitto_pub` in parts of {PartLines} lines, because it does not send more than "
                + $"65,535. Processor time of the bridge: {new Sample(cpu, "s")}."
        );
    }

    private static Task<double> BridgeAsync(Lab lab, string file, int lines) =>
        Floor.SecondsAsync(
            "count",
            Floor.Text(lab.BrokerPort),
            "ssh/s0/out",
            Floor.Text(lines),
            "publish",
            "ssh/s0/exec/300/set",
            $"cat {file}"
        );

    private static Task<double> MosquittoPubAsync(Lab lab, string file, int lines) =>
        Floor.SecondsAsync(
            "count",
            Floor.Text(lab.BrokerPort),
            "pub/out",
            Floor.Text(lines),
            "run",
            "sh",
            "-c",
            $"exec split -l {PartLines} "
                + $"--filter='exec mosquitto_pub -V 5 -h 127.0.0.1 -p {lab.BrokerPort} -q 1 -t pub/out -l' {file}"
        );
}
