using System.Diagnostics;
using SshMqttBridge.Bench.Measuring;
using SshMqttBridge.Bench.Reporting;
using SshMqttBridge.Bench.World;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Bench.Figures;

/// <summary>
/// The time from the start of the program to <c>online</c>, and its memory with one server after some commands.
/// </summary>
internal sealed class StartFigure() : Figure("start", "start to online, and memory with one server")
{
    public override async Task MeasureAsync(FigureReport report, Scale scale, CancellationToken cancellationToken)
    {
        await using var lab = await Lab.StartAsync();
        List<double> ours = [],
            connected = [],
            node = [],
            subscriber = [],
            memory = [],
            nodeMemory = [],
            subscriberMemory = [];
        Vitals? vitals = null;
        for (var turn = 0; turn < scale.Bulk; turn++)
        {
            await using (var bridge = await lab.StartBridgeAsync(lab.Servers("s", 1)))
            {
                ours.Add(bridge.StartTime.TotalSeconds);
                connected.Add((await bridge.WaitForServersAsync(1)).TotalSeconds);
                await Floor.RunAsync("burst", Floor.Text(lab.BrokerPort), "100", "1", "ssh/s", "true");
                vitals = Vitals.Of(bridge.Id);
                memory.Add(vitals.Resident);
            }

            node.Add(await NodeAsync(lab, $"node{turn}/s", nodeMemory));
            subscriber.Add(await SubscriberAsync(lab, $"sub{turn}", subscriberMemory));
        }

        Sample start = new(ours, "s");
        Sample resident = new(memory, "MB");
        report.Add("start to online", start, "Node bridge", new Sample(node, "s"), Judgement.AtMost(start.Median, 0.06, "s"));
        Sample ready = new(connected, "s");
        report.Add(
            "start to connected to the server",
            ready.ToString(),
            "post-quantum key exchange and login",
            Judgement.AtMost(ready.Median, 0.2, "s")
        );
        report.Add(
            "resident memory, one server, after 100 commands",
            resident,
            "Node bridge",
            new Sample(nodeMemory, "MB"),
            Judgement.AtMost(resident.Median, 42, "MB")
        );
        report.Note(
            $"`mosquitto_sub` is subscribed after {new Sample(subscriber, "s")} and uses {new Sample(subscriberMemory, "MB")}."
        );
        report.Note($"The bridge in the last run: {vitals}.");
    }

    private static async Task<double> NodeAsync(Lab lab, string prefix, List<double> memory)
    {
        var topic = $"{prefix}0";
        await using var watch = await TopicWatch.StartAsync(lab.BrokerPort, $"{topic}/state", "online");
        var start = Stopwatch.GetTimestamp();
        await using var node = await Peers.StartNodeAsync(lab, topic, noDelay: true);
        await watch.WaitAsync(1, () => { });
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await Floor.RunAsync("burst", Floor.Text(lab.BrokerPort), "100", "1", prefix, "true");
        memory.Add(Vitals.Of(node.Id).Resident);
        return seconds;
    }

    // A retained message shows it: the broker sends it right after the subscription.
    private static async Task<double> SubscriberAsync(Lab lab, string topic, List<double> memory)
    {
        await using (var probe = await MqttProbe.ConnectAsync(lab.BrokerPort))
        {
            await probe.PublishAsync(topic, "there", retain: true);
        }

        var start = Stopwatch.GetTimestamp();
        await using var subscriber = await ChildProcess.StartAsync(
            "mosquitto_sub",
            ["-V", "5", "-h", "127.0.0.1", "-p", Floor.Text(lab.BrokerPort), "-q", "1", "-t", topic]
        );
        await subscriber.WaitForLineAsync(line => line == "there");
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        memory.Add(Vitals.Of(subscriber.Id).Resident);
        return seconds;
    }
}
