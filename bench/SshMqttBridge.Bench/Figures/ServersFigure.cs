using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>The cost of 1, 10, 100 and 1,000 servers.</summary>
internal sealed class ServersFigure() : Figure("servers", "cost as the number of servers grows")
{
    private const int MostCommandsEach = 100;

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        List<Cost> costs = [];
        for (var servers = 1; servers <= scale.ManyServers; servers *= 10)
        {
            costs.Add(await MeasureAsync(lab, servers, scale));
        }

        report.PointsAxis = "servers, all connected";
        foreach (var cost in costs)
        {
            report.Add(
                $"{cost.Servers} servers",
                $"RSS {cost.Memory:0.0} MB",
                $"all connected after {Sample.Format(cost.Connecting)} s",
                Judgement.None($"{Sample.Format(cost.Command)} ms of processor time for a command")
            );
            report.Points.Add(new PlotPoint("resident memory (MB)", cost.Servers, cost.Memory));
            report.Points.Add(new PlotPoint("start to all connected (s)", cost.Servers, cost.Connecting));
            report.Points.Add(new PlotPoint("processor time for a command (ms)", cost.Servers, cost.Command));
        }

        Add(report, "memory", "MB", costs, cost => cost.Memory);
        Add(report, "time to connect", "s", costs, cost => cost.Connecting);
    }

    private static void Add(FigureReport report, string what, string unit, List<Cost> costs, Func<Cost, double> value)
    {
        var line = Straightness.Of([.. costs.Select(cost => ((double)cost.Servers, value(cost)))]);
        report.Add(
            $"{what}: as a straight line",
            $"{Sample.Format(line.Measured)} {unit} with {costs[^2].Servers}",
            $"{Sample.Format(line.OnTheLine)} {unit} on the line from {costs[0].Servers} to {costs[^1].Servers}",
            Judgement.AtMost(line.Ratio, 1.2)
        );
    }

    private static async Task<Cost> MeasureAsync(Lab lab, int servers, Scale scale)
    {
        var commands = scale.ManyServers;
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", servers));
        var connecting = await bridge.WaitForServersAsync(servers);
        var each = Math.Clamp(commands / servers, 1, MostCommandsEach);
        await Floor.WarmUpAsync(lab, scale, "ssh/s0");
        await BurstAsync(lab, servers, each);
        var before = CpuTime.Of(bridge.Id);
        var bursts = Math.Max(1, commands / (each * servers));
        for (var burst = 0; burst < bursts; burst++)
        {
            await BurstAsync(lab, servers, each);
        }

        var cpu = CpuTime.Of(bridge.Id) - before;
        return new Cost(
            servers,
            Vitals.Of(bridge.Id).Resident,
            connecting.TotalSeconds,
            cpu.TotalMilliseconds / bursts / each / servers
        );
    }

    private static Task<ILookup<string, double>> BurstAsync(Lab lab, int servers, int each) =>
        Floor.RunAsync("burst", Floor.Text(lab.BrokerPort), Floor.Text(each), Floor.Text(servers), "ssh/s", "true");

    private sealed record Cost(int Servers, double Memory, double Connecting, double Command);
}
