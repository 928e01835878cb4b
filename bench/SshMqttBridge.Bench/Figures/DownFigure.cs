using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;
using SshMqttBridge.Tests.Integration.Fixtures;

namespace SshMqttBridge.Bench.Figures;

/// <summary>A thousand servers none of which can be reached: those that refuse, and those that say nothing until the bridge gives up.</summary>
internal sealed class DownFigure() : Figure("down", "1,000 servers that are all down")
{
    // By then it has tried each of them a few times, and compiled what that takes.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        // Accepted by the kernel as long as there is room, and never answered.
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(scale.ManyServers);
        var silentPort = ((IPEndPoint)silent.LocalEndPoint!).Port;

        // At the same time: each is judged by its own processor time.
        var refused = WatchAsync(FreePort.Find(), scale, cancellationToken);
        var unanswered = WatchAsync(silentPort, scale, cancellationToken);
        Report(report, "refused", await refused);
        Report(report, "not answered", await unanswered);
        report.Note(
            $"Watched for {scale.DownTime.TotalSeconds:0} s, from {Settling.TotalSeconds:0} s after the start. Memory is flat where the end is within 5 % of what it was in the middle."
        );
    }

    private static void Report(FigureReport report, string how, Observation seen)
    {
        report.Add(
            $"connections {how}: processor",
            $"{Sample.Format(seen.Share)} %",
            "of one core",
            Judgement.AtMost(seen.Share, 2, "%")
        );
        report.Add(
            $"connections {how}: memory at the end",
            seen.End.ToString(),
            $"at first {seen.Start.Resident:0.0} MB, in the middle {seen.Middle.Resident:0.0} MB",
            Judgement.AtMost(seen.End.Resident / seen.Middle.Resident, 1.05)
        );
    }

    private static async Task<Observation> WatchAsync(int port, Scale scale, CancellationToken cancellationToken)
    {
        await using var broker = await MosquittoBroker.StartNewAsync(
            new MosquittoBrokerOptions { Extra = "set_tcp_nodelay true" }
        );
        BridgeYaml yaml = new(broker.Port);
        for (var number = 0; number < scale.ManyServers; number++)
        {
            yaml.Server($"s{number}", "host: 127.0.0.1", $"port: {port}", "user: nobody", "password: none");
        }

        await using var bridge = await RunningBridge.StartAsync(yaml, broker.Port);
        await Task.Delay(Settling, cancellationToken);
        var start = Vitals.Of(bridge.Id);
        var before = CpuTime.Of(bridge.Id);
        await Task.Delay(scale.DownTime / 2, cancellationToken);
        var middle = Vitals.Of(bridge.Id);
        await Task.Delay(scale.DownTime / 2, cancellationToken);
        return new Observation(100 * (CpuTime.Of(bridge.Id) - before) / scale.DownTime, start, middle, Vitals.Of(bridge.Id));
    }

    private sealed record Observation(double Share, Vitals Start, Vitals Middle, Vitals End);
}
