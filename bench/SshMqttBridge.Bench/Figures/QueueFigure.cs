using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;

namespace SshMqttBridge.Bench.Figures;

/// <summary>As many commands as a queue accepts, published for one server at once.</summary>
internal sealed class QueueFigure() : Figure("queue", "commands per second, one server, 100 queued")
{
    private const int Commands = 100;
    private const string Command = "true";

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        await using var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1));
        await bridge.WaitForServersAsync(1);
        await Floor.WarmUpAsync(lab, scale, "ssh/s0");

        List<double> ours = [],
            raw = [],
            publishing = [];
        var cpu = TimeSpan.Zero;
        // A run is short: twice as many of them.
        for (var turn = 0; turn < 2 * scale.Bulk; turn++)
        {
            var before = CpuTime.Of(bridge.Id);
            ours.Add(Commands / await BurstAsync(lab));
            cpu += CpuTime.Of(bridge.Id) - before;
            raw.Add(Commands / await Floor.SecondsAsync(["sequence", .. lab.Login, Floor.Text(Commands), Command]));
            publishing.Add(
                Commands
                    / await Floor.SecondsAsync([
                        "sequence",
                        .. lab.Login,
                        Floor.Text(Commands),
                        Command,
                        Floor.Text(lab.BrokerPort),
                    ])
            );
        }

        Sample bridgeRate = new(ours, "/s");
        Sample rawRate = new(raw, "/s");
        report.Add(
            "commands per second",
            bridgeRate,
            "libssh",
            rawRate,
            Judgement.AtLeast(bridgeRate.Median / rawRate.Median, 0.9)
        );
        report.Note(
            $"libssh that also publishes the five messages of each command, without waiting: {new Sample(publishing, "/s")}."
        );
        report.Note($"The bridge takes {cpu.TotalMilliseconds / ours.Count / Commands:0.00} ms of processor time for a command.");
    }

    private static Task<double> BurstAsync(Lab lab) =>
        Floor.SecondsAsync("burst", Floor.Text(lab.BrokerPort), Floor.Text(Commands), "1", "ssh/s", Command);
}
