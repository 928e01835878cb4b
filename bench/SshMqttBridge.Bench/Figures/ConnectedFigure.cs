using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>A thousand connections that stand: how long until they do, and what they cost then.</summary>
internal sealed class ConnectedFigure() : Figure("connected", "1,000 servers connected")
{
    // As many as the bridge has under way.
    private const int AtOnce = 50;

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        List<double> ours = [],
            raw = [],
            resident = [],
            proportional = [],
            threads = [],
            idle = [],
            cpu = [];
        for (var turn = 0; turn < (scale.Bulk + 1) / 2; turn++)
        {
            // A broker of its own for each: it keeps what the turn before said of its servers.
            await using var lab = await Lab.StartAsync();
            await using (var bridge = await lab.StartBridgeAsync(lab.Servers("s", scale.ManyServers)))
            {
                ours.Add((await bridge.WaitForServersAsync(scale.ManyServers)).TotalSeconds);
                cpu.Add(CpuTime.Of(bridge.Id).TotalSeconds);
                // What it does about having connected is done soon.
                await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
                idle.Add(await ShareAsync(bridge.Id, scale.IdleTime / ((scale.Bulk + 1) / 2), cancellationToken));
                var vitals = Vitals.Of(bridge.Id);
                resident.Add(vitals.Resident);
                proportional.Add(vitals.Proportional);
                threads.Add(vitals.Threads);
            }

            var sessions = await Floor.RunAsync([
                "sessions",
                .. lab.Login,
                Floor.Text(scale.ManyServers),
                Floor.Text(AtOnce),
                "0",
                "true",
            ]);
            raw.Add(sessions["connected"].Single());
        }

        Sample time = new(ours, "s");
        Sample rawTime = new(raw, "s");
        Sample memory = new(resident, "MB");
        Sample share = new(idle, "%");
        Sample threadCount = new(threads, "");
        report.Add(
            "start to all connected",
            time,
            $"libssh, one thread, {AtOnce} at once",
            rawTime,
            Judgement.AtMost(time.Median / rawTime.Median, 1.2)
        );
        report.Add(
            "resident memory",
            memory.ToString(),
            $"PSS {new Sample(proportional, "MB")}",
            Judgement.AtMost(memory.Median, 150, "MB")
        );
        report.Add("threads", threadCount.ToString(), "", Judgement.AtMost(threadCount.Median, 25, "threads"));
        report.Add("idle, processor", share.ToString(), "of one core", Judgement.AtMost(share.Median, 1, "%"));
        report.Note($"Processor time of the bridge until all were connected: {new Sample(cpu, "s")}.");
    }

    private static async Task<double> ShareAsync(int process, TimeSpan time, CancellationToken cancellationToken)
    {
        var before = CpuTime.Of(process);
        await Task.Delay(time, cancellationToken);
        return 100 * (CpuTime.Of(process) - before) / time;
    }
}
