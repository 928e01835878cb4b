using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>A thousand open connections: how long it takes to open them, and what they cost afterwards.</summary>
/// <param name="library">The setting <c>sshLibrary</c>.</param>
/// <param name="goals">The targets for this library.</param>
internal sealed class ConnectedFigure(string library, ConnectedGoals goals)
    : Figure($"connected-{library}", $"1,000 servers connected, `sshLibrary: {library}`")
{
    // As many concurrent attempts as the bridge makes.
    private const int AtOnce = 50;

    // The log message of an attempt that timed out at the bridge.
    private const string OwnTimeout = "did not complete the connection within";

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        List<double> ours = [],
            raw = [],
            resident = [],
            proportional = [],
            threads = [],
            idle = [],
            cpu = [],
            timedOut = [];
        // A thousand post-quantum key exchanges take minutes on two cores: without a target for the time, one run is enough.
        var turns = goals.Time is null ? 1 : (scale.Bulk + 1) / 2;
        for (var turn = 0; turn < turns; turn++)
        {
            // A new broker for each run, because a broker retains the states of the previous run's servers.
            await using var lab = await Lab.StartAsync();
            await using (var bridge = await lab.StartBridgeAsync(lab.Servers("s", scale.ManyServers, $"sshLibrary: {library}")))
            {
                ours.Add((await bridge.WaitForServersAsync(scale.ManyServers)).TotalSeconds);
                cpu.Add(CpuTime.Of(bridge.Id).TotalSeconds);
                // Let the work that follows a connection end.
                await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
                idle.Add(await ShareAsync(bridge.Id, scale.IdleTime / turns, cancellationToken));
                var vitals = Vitals.Of(bridge.Id);
                resident.Add(vitals.Resident);
                proportional.Add(vitals.Proportional);
                threads.Add(vitals.Threads);
                timedOut.Add(bridge.Log.Split('\n').Count(line => line.Contains(OwnTimeout, StringComparison.Ordinal)));
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
            goals.Time is { } most
                ? Judgement.AtMost(time.Median / rawTime.Median, most)
                : Judgement.None($"{Sample.Format(time.Median / rawTime.Median)} ×")
        );
        report.Add(
            "resident memory",
            memory.ToString(),
            $"PSS {new Sample(proportional, "MB")}",
            Judgement.AtMost(memory.Median, goals.Megabytes, "MB")
        );
        report.Add("threads", threadCount.ToString(), "", Judgement.AtMost(threadCount.Median, goals.Threads, "threads"));
        report.Add(
            "idle, processor",
            share.ToString(),
            "of one core",
            goals.Time is null ? Judgement.None(share.ToString()) : Judgement.AtMost(share.Median, 1, "%")
        );
        report.Add(
            "attempts that ended by their own timeout",
            Floor.Text((int)timedOut.Sum()),
            $"in {timedOut.Count} runs",
            Judgement.AtMost(timedOut.Sum(), 0, "attempts")
        );
        report.Note($"Processor time of the bridge until all were connected: {new Sample(cpu, "s")}.");
    }

    private static async Task<double> ShareAsync(int process, TimeSpan time, CancellationToken cancellationToken)
    {
        var before = CpuTime.Of(process);
        await Task.Delay(time, cancellationToken);
        return 100 * (CpuTime.Of(process) - before) / time;
    }
}
