using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Bench.Figures;

/// <summary>
/// A thousand unreachable servers: some refuse connections, the others do not answer until the bridge times out.
/// </summary>
internal sealed class DownFigure() : Figure("down", "1,000 servers that are all down")
{
    // By then the bridge has tried each server a few times.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(1);

    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        // The kernel accepts connections while the backlog has room; nobody answers them.
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(scale.ManyServers);
        var silentPort = ((IPEndPoint)silent.LocalEndPoint!).Port;

        // Both at the same time: each is judged by its own processor time.
        var refused = WatchAsync(FreePort.Find(), scale, cancellationToken);
        var unanswered = WatchAsync(silentPort, scale, cancellationToken);
        Report(report, "refused", await refused);
        Report(report, "not answered", await unanswered);
        report.Note(
            $"Observed for {scale.DownTime.TotalSeconds:0} s, from {Settling.TotalSeconds:0} s after the start. "
                + "Memory varies with the number of concurrent attempts; "
                + "it counts as constant if the maximum of the second half is within 5 % of that of the first."
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
            $"connections {how}: maximum memory, second half",
            $"RSS {seen.Second.Max():0.0} MB ({seen.Second.Min():0.0}–{seen.Second.Max():0.0})",
            $"first half {seen.First.Max():0.0} MB ({seen.First.Min():0.0}–{seen.First.Max():0.0})",
            Judgement.AtMost(seen.Second.Max() / seen.First.Max(), 1.05)
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
        var before = CpuTime.Of(bridge.Id);
        var first = await ResidentAsync(bridge.Id, scale.DownTime / 2, cancellationToken);
        var second = await ResidentAsync(bridge.Id, scale.DownTime / 2, cancellationToken);
        return new Observation(100 * (CpuTime.Of(bridge.Id) - before) / scale.DownTime, first, second);
    }

    private static async Task<List<double>> ResidentAsync(int process, TimeSpan time, CancellationToken cancellationToken)
    {
        List<double> resident = [];
        for (var passed = TimeSpan.Zero; passed < time; passed += Sampling)
        {
            await Task.Delay(Sampling, cancellationToken);
            resident.Add(Vitals.Of(process).Resident);
        }

        return resident;
    }

    private sealed record Observation(double Share, List<double> First, List<double> Second);
}
