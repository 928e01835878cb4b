using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>A command with 200 MB of output, of which the bridge keeps the first MiB.</summary>
internal sealed class OutputFigure() : Figure("output", "200 MB of output, kept to 1 MiB")
{
    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1));
        await bridge.WaitForServersAsync(1);
        using MemoryFolder files = new();
        var command = $"cat {files.WriteText("output", scale.OutputBytes)}";
        var megabytes = scale.OutputBytes / 1e6;
        await AskAsync(lab, command);

        List<double> ours = [],
            raw = [],
            cpu = [],
            rawCpu = [];
        for (var turn = 0; turn < scale.Bulk; turn++)
        {
            var before = CpuTime.Of(bridge.Id);
            ours.Add(megabytes / await AskAsync(lab, command));
            cpu.Add((CpuTime.Of(bridge.Id) - before).TotalSeconds);
            var read = await Floor.RunAsync(["read", .. lab.Login, command]);
            raw.Add(megabytes / read["seconds"].Single());
            rawCpu.Add(read["seconds-cpu"].Single());
        }

        Sample bridgeRate = new(ours, "MB/s");
        Sample rawRate = new(raw, "MB/s");
        report.Add("read", bridgeRate, "libssh", rawRate, Judgement.AtLeast(bridgeRate.Median / rawRate.Median, 0.9));
        report.Note($"Processor time: the bridge {new Sample(cpu, "s")}, libssh including the login {new Sample(rawCpu, "s")}.");
    }

    private static Task<double> AskAsync(Lab lab, string command) =>
        Floor.SecondsAsync("ask", Floor.Text(lab.BrokerPort), "ssh/s0/exec/set", "ssh/s0/exec", command);
}
