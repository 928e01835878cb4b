using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>Ten bridges on one base topic, each with its own servers: what the messages of one cost the others.</summary>
internal sealed class ShardsFigure() : Figure("shards", "ten bridges on one base topic, 1,000 servers in all")
{
    private const int Bridges = 10;
    private const int CommandsEach = 20;

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        var shards = await MeasureAsync(scale, isShard: true);
        var all = await MeasureAsync(scale, isShard: false);

        var commands = CommandsEach * scale.ManyServers / Bridges;
        report.Add(
            $"processor time of the nine others for {commands:N0} commands of one",
            $"{Sample.Format(shards.Others)} ms",
            $"without `shard`: {Sample.Format(all.Others)} ms",
            Judgement.AtMost(shards.Others / all.Others, 0.2)
        );
        report.Add(
            "processor time of the one",
            $"{Sample.Format(shards.One)} ms",
            $"without `shard`: {Sample.Format(all.One)} ms",
            Judgement.None("")
        );
        report.Add(
            "RSS of all ten",
            $"{shards.Memory:0} MB",
            $"without `shard`: {all.Memory:0} MB",
            Judgement.None($"{scale.ManyServers / Bridges} servers each, `sshLibrary: libssh`")
        );
        report.Add(
            "first start to all connected",
            $"{Sample.Format(shards.Connecting)} s",
            $"without `shard`: {Sample.Format(all.Connecting)} s",
            Judgement.None("")
        );
    }

    private static async Task<Cost> MeasureAsync(Scale scale, bool isShard)
    {
        var each = scale.ManyServers / Bridges;
        await using var lab = await Lab.StartAsync();
        List<RunningBridge> bridges = [];
        try
        {
            for (var number = 0; number < Bridges; number++)
            {
                var yaml = lab.Servers($"b{number}s", each, "sshLibrary: libssh").Mqtt($"clientId: bridge-{number}");
                bridges.Add(await lab.StartBridgeAsync(isShard ? yaml.Top($"shard: shard-{number}") : yaml));
            }

            var connecting = await bridges[0].WaitForServersAsync(each * Bridges);
            await BurstAsync(lab, each);
            var before = bridges.ConvertAll(bridge => CpuTime.Of(bridge.Id));
            await BurstAsync(lab, each);
            var after = bridges.ConvertAll(bridge => CpuTime.Of(bridge.Id));
            double[] times = [.. after.Zip(before, (end, begin) => (end - begin).TotalMilliseconds)];
            return new Cost(
                times[0],
                times.Skip(1).Sum(),
                bridges.Sum(bridge => Vitals.Of(bridge.Id).Resident),
                connecting.TotalSeconds
            );
        }
        finally
        {
            foreach (var bridge in bridges)
            {
                await bridge.DisposeAsync();
            }
        }
    }

    /// <summary>Commands for the servers of the first bridge.</summary>
    private static Task<ILookup<string, double>> BurstAsync(Lab lab, int servers) =>
        Floor.RunAsync("burst", Floor.Text(lab.BrokerPort), Floor.Text(CommandsEach), Floor.Text(servers), "ssh/b0s", "true");

    private sealed record Cost(double One, double Others, double Memory, double Connecting);
}
