using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>
/// Commands for many servers at once, limited by how many this machine's sshd can start. The result is the bridge's share of
/// the processor time.
/// </summary>
internal sealed class FleetFigure() : Figure("fleet", "50 servers at once")
{
    private const int Servers = 50;
    private const int CommandsEach = 20;
    private const string Command = "true";

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", Servers));
        await bridge.WaitForServersAsync(Servers);
        await Floor.WarmUpAsync(lab, scale, "ssh/s0");
        await BurstAsync(lab);

        List<double> ours = [],
            raw = [],
            shares = [],
            rawShares = [];
        for (var turn = 0; turn < scale.Bulk; turn++)
        {
            var before = new Usage(lab, bridge);
            var burst = await BurstAsync(lab);
            var used = new Usage(lab, bridge) - before;
            ours.Add(Servers * CommandsEach / burst["seconds"].Single());
            shares.Add(100 * used.Bridge / (used.All + burst["seconds-cpu"].Single()));

            var sshd = Usage.Of(lab.Sshd.Processes);
            var sessions = await SessionsAsync(lab);
            sshd = Usage.Of(lab.Sshd.Processes) - sshd;
            raw.Add(Servers * CommandsEach / sessions["ran"].Single());
            rawShares.Add(100 * sessions["ran-cpu"].Single() / (sshd + sessions["ran-cpu"].Single()));
        }

        Sample rate = new(ours, "/s");
        Sample share = new(shares, "%");
        report.Add(
            $"the bridge's share of the processor time, {shares.Count} turns",
            share.ToString(),
            $"at {rate}",
            Judgement.AtMost(share.Median, 25, "%")
        );
        report.Add("commands per second", rate, "libssh, one thread", new Sample(raw, "/s"), Judgement.None(Ratio(rate, raw)));
        report.Note(
            "The processor time of a run is that of the bridge, the broker, the publishing client, sshd and the commands."
        );
        report.Note($"libssh alone, including the logins, takes {new Sample(rawShares, "%")} of its run.");
    }

    private static string Ratio(Sample rate, List<double> raw) => $"{Sample.Format(rate.Median / new Sample(raw, "").Median)} ×";

    private static Task<ILookup<string, double>> BurstAsync(Lab lab) =>
        Floor.RunAsync("burst", Floor.Text(lab.BrokerPort), Floor.Text(CommandsEach), Floor.Text(Servers), "ssh/s", Command);

    private static Task<ILookup<string, double>> SessionsAsync(Lab lab) =>
        Floor.RunAsync(["sessions", .. lab.Login, Floor.Text(Servers), Floor.Text(Servers), Floor.Text(CommandsEach), Command]);
}
