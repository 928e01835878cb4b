using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>The cost of 1 KB to 100 MB of output, compared with libssh, which only reads it.</summary>
internal sealed class OutputSizesFigure() : Figure("sizes", "cost as the output grows")
{
    private const int Smallest = 1000;
    private const int Largest = 100_000_000;

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1));
        await bridge.WaitForServersAsync(1);
        using MemoryFolder files = new();
        report.PointsAxis = "bytes of output";
        List<(double Bytes, double Milliseconds)> points = [];
        for (var bytes = Smallest; bytes <= Largest; bytes *= 10)
        {
            var command = $"cat {files.WriteText("output", bytes)}";
            List<double> ours = [],
                raw = [];
            await AskAsync(lab, command);
            for (var turn = 0; turn < scale.Bulk; turn++)
            {
                ours.Add(1000 * await AskAsync(lab, command));
                raw.Add(1000 * await Floor.SecondsAsync(["read", .. lab.Login, command]));
            }

            Sample time = new(ours, "ms");
            Sample rawTime = new(raw, "ms");
            report.Add(
                $"{bytes:#,0} bytes",
                time,
                "libssh",
                rawTime,
                Judgement.None($"{Sample.Format(time.Median / rawTime.Median)} ×")
            );
            report.Points.Add(new PlotPoint("bridge (ms)", bytes, time.Median));
            report.Points.Add(new PlotPoint("libssh reading (ms)", bytes, rawTime.Median));
            points.Add((bytes, time.Median));
        }

        var line = Straightness.Of(points);
        report.Add(
            "as a straight line",
            $"{Sample.Format(line.Measured)} ms with {points[^2].Bytes:#,0} bytes",
            $"{Sample.Format(line.OnTheLine)} ms on the line from the first to the last",
            Judgement.AtMost(line.Ratio, 1.2)
        );
        report.Note("Up to 1 MiB the text is also kept and published, three times: `out`, `last` and `result`.");
    }

    private static Task<double> AskAsync(Lab lab, string command) =>
        Floor.SecondsAsync("ask", Floor.Text(lab.BrokerPort), "ssh/s0/exec/set", "ssh/s0/exec", command);
}
