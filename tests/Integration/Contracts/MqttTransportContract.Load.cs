using System.Diagnostics;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Contracts;

/// <summary>Load, large messages, and leaks.</summary>
public abstract partial class MqttTransportContract
{
    [Fact]
    public async Task Deliveries_GivenThousandsAtQos2AtOnce_ShouldDeliverEachOnceAndInOrder()
    {
        const int count = 2_000;
        await using var broker = await MosquittoBroker.StartNewAsync();
        var lines = Path.Combine(broker.Folder, "lines");
        await File.WriteAllLinesAsync(lines, Enumerable.Range(0, count).Select(i => $"{i}"));
        await using var connection = await ConnectAsync(broker);
        await connection.SubscribeAsync("n", Limit);

        var sending = ChildProcess.RunAsync("sh", "-c", $"mosquitto_pub -p {broker.Port} -q 2 -t n -l <{lines}");

        for (var i = 0; i < count; i++)
        {
            (await connection.Deliveries.ReadAsync(Limit)).Payload.ToArray().ShouldBe(Utf8($"{i}"));
        }

        await sending;
        await connection.PublishAsync(new("n", Utf8("end")), Limit);
        (await connection.Deliveries.ReadAsync(Limit)).Payload.ToArray().ShouldBe(Utf8("end"));
    }

    [Fact]
    public async Task Deliveries_GivenAPayloadOf200Megabytes_ShouldReportItsSizeInLittleMemory()
    {
        const int size = 200_000_000;
        await using var broker = await MosquittoBroker.StartNewAsync();
        var file = Path.Combine(broker.Folder, "large");
        await using (var stream = File.Create(file))
        {
            stream.SetLength(size);
        }

        await using var connection = await ConnectAsync(broker);
        await connection.SubscribeAsync("a", Limit);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await ChildProcess.RunAsync("mosquitto_pub", "-p", $"{broker.Port}", "-q", "1", "-t", "a", "-f", file);
        var large = await connection.Deliveries.ReadAsync(Limit);

        large.PayloadBytes.ShouldBe(size);
        large.Payload.Length.ShouldBe(0);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(20_000_000);
        await connection.PublishAsync(new("b", Utf8("x")), Limit);
    }

    [Fact]
    public async Task Publish_GivenBatchesWhileMessagesArrive_ShouldKeepTheirOrder()
    {
        const int batches = 100;
        const int together = 32;
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("n");
        await using var connection = await ConnectAsync(broker);
        await connection.SubscribeAsync("in", Limit);

        var sending = Task.WhenAll(Enumerable.Range(0, 3_000).Select(i => probe.PublishAsync("in", $"{i}")));
        var reading = ReadAsync(connection, 3_000);
        List<Task> acknowledged = [];
        for (var i = 0; i < batches; i++)
        {
            // Every tenth is sent from where it is, the others are copied.
            acknowledged.AddRange(
                connection.Publish([
                    .. Enumerable
                        .Range(i * together, together)
                        .Select(n => new MqttPublication("n", Utf8($"{n}".PadRight(n % 10 == 0 ? 40_000 : 0)))),
                ])
            );
        }

        await Task.WhenAll(acknowledged).WaitAsync(Limit);
        await Task.WhenAll(sending, reading);
        var messages = await probe.WaitForAsync(batches * together, _ => true);
        messages.Select(message => message.Text.Trim()).ShouldBe(Enumerable.Range(0, batches * together).Select(n => $"{n}"));
    }

    [Fact]
    public async Task DisposeAsync_GivenMessagesPublishedJustBefore_ShouldNotCutThemOff()
    {
        const int count = 20;
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        await probe.SubscribeAsync("#");
        var connection = await ConnectAsync(broker);

        var underWay = connection.Publish([
            .. Enumerable.Range(0, count).Select(i => new MqttPublication("n", new byte[100_000 + i])),
        ]);
        await connection.DisposeAsync();

        var messages = await probe.WaitForAsync(count, message => message.Topic == "n");
        messages.Select(message => message.Payload.Length - 100_000).ShouldBe(Enumerable.Range(0, count));
        await Task.WhenAll(underWay).ContinueWith(_ => { }, TaskScheduler.Default);
        underWay.ShouldAllBe(task => task.IsCompletedSuccessfully || task.Exception!.InnerException is MqttConnectionException);
        await probe.PublishAsync("end", "");
        await probe.WaitForAsync(message => message.Topic == "end");
        probe.Messages.ShouldNotContain(message => message.Topic == "will");
    }

    [Fact]
    public async Task DisposeAsync_GivenAFullQueueAndABrokerThatIsDown_ShouldEnd()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var probe = await MqttProbe.ConnectAsync(broker);
        var connection = await ConnectAsync(broker);
        await connection.SubscribeAsync("n", Limit);
        await Task.WhenAll(Enumerable.Range(0, 3_000).Select(i => probe.PublishAsync("n", $"{i}")));
        await Eventually(() => connection.Deliveries.Count >= 1_024);

        await broker.KillAsync();
        var underWay = connection.Publish([.. Enumerable.Range(0, 3).Select(_ => new MqttPublication("a", new byte[20_000]))]);
        await connection.DisposeAsync().AsTask().WaitAsync(Limit);

        foreach (var publish in underWay)
        {
            await publish.ShouldThrowAsync<MqttConnectionException>();
        }
    }

    [Fact]
    public async Task DisposeAsync_GivenManyConnections_ShouldLeakNothing()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var silent = new ScriptedBroker { ConnectReason = null };
        await ConnectAndEndAsync();
        var (sockets, threads) = (Sockets(), Threads());

        for (var i = 0; i < 20; i++)
        {
            await ConnectAndEndAsync();
        }

        await Eventually(() => Sockets() <= sockets + 1);
        // The pool's own come and go; none is ours.
        Threads().ShouldBeLessThan(threads + 20);

        async Task ConnectAndEndAsync()
        {
            await (await ConnectAsync(broker)).DisposeAsync();
            var unanswered = Request(silent.Port) with { ConnectTimeout = TimeSpan.FromMilliseconds(50) };
            await Transport.ConnectAsync(unanswered, Limit).ShouldThrowAsync<MqttConnectionException>();
        }

        // The silent broker's own ends of the connections go with them.
        static int Sockets() =>
            Directory
                .EnumerateFiles("/proc/self/fd")
                .Count(file => new FileInfo(file).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

        static int Threads() => Process.GetCurrentProcess().Threads.Count;
    }

    private async Task ReadAsync(IMqttConnection connection, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await connection.Deliveries.ReadAsync(Limit);
        }
    }
}
