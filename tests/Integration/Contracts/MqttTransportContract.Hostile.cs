using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Unit.Mqtt;

namespace SshMqttBridge.Tests.Integration.Contracts;

/// <summary>Brokers that send anything but MQTT.</summary>
public abstract partial class MqttTransportContract
{
    private const int HostileSequences = 300;

    // Only reached on failure.
    private static readonly TimeSpan s_hangs = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Connection_GivenEachFault_ShouldEndAndLeaveTheNextOneUsable()
    {
        await using HostileBroker broker = new();
        foreach (var (name, bytes) in HostilePackets.Known(IsV5))
        {
            foreach (var closes in new[] { true, false })
            {
                await ShouldEndAsync(broker, new HostileAnswer([bytes]) { Closes = closes }, $"{name}, closes: {closes}");
                HostileAnswer accepted = new([HostilePackets.Accepted(IsV5).Concat(bytes).ToArray()])
                {
                    Accepts = true,
                    Closes = closes,
                };
                await ShouldEndAsync(broker, accepted, $"{name} after the CONNACK, closes: {closes}");
            }
        }

        await ShouldServeAsync();
    }

    /// <param name="seed">Null: another one each time.</param>
    [Theory]
    [InlineData(48_795)]
    [InlineData(null)]
    public async Task Connection_GivenHostileBytes_ShouldEndAndLeaveTheNextOneUsable(int? seed)
    {
        await using HostileBroker broker = new();
        var first = seed ?? Random.Shared.Next(1_000_000_000);
        for (var i = first; i < first + HostileSequences; i++)
        {
            await ShouldEndAsync(broker, AnswerOf(i), $"seed {i}");
        }

        await ShouldServeAsync();
    }

    [Fact]
    public async Task Deliveries_GivenAPublishOf256MiB_ShouldNotKeepItInMemory()
    {
        const int length = 268_435_455;
        var block = new byte[1 << 20];
        byte[] head = [0x30, 255, 255, 255, 127, 0, 1, (byte)'a', .. IsV5 ? new byte[1] : []];
        var payload = length - (head.Length - 5);
        await using HostileBroker broker = new()
        {
            Answer = new HostileAnswer([
                HostilePackets.Accepted(IsV5),
                head,
                .. Enumerable.Repeat<ReadOnlyMemory<byte>>(block, payload / block.Length),
                block.AsMemory(0, payload % block.Length),
            ])
            {
                Closes = true,
            },
        };
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await using var connection = await ConnectAsync(broker.Port);

        var large = await connection.Deliveries.ReadAsync(Limit);

        large.PayloadBytes.ShouldBe(payload);
        large.Payload.Length.ShouldBe(0);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(32 << 20);
        (await EndOfAsync(connection)).Fault.ShouldBe(MqttFault.Lost);
    }

    [Fact]
    public async Task ConnectAsync_GivenARequestForAuthentication_ShouldNameAViolationOfTheProtocol()
    {
        if (!IsV5)
        {
            return;
        }

        byte[] auth = [0xF0, 2, 0x18, 0];
        await using HostileBroker broker = new() { Answer = new HostileAnswer([auth]) };

        var refused = await ConnectAsync(broker.Port).ShouldThrowAsync<MqttConnectionException>();
        broker.Answer = new HostileAnswer([HostilePackets.Accepted(IsV5), auth]);
        await using var connection = await ConnectAsync(broker.Port);
        var ended = await EndOfAsync(connection);

        refused.Message.ShouldContain("violated the MQTT protocol");
        ended.Message.ShouldContain("violated the MQTT protocol");
    }

    [Fact]
    public Task Deliveries_GivenAMessageAtQos3_ShouldEndWithoutIt() =>
        ShouldEndWithoutAsync(IsV5 ? [0x36, 7, 0, 1, (byte)'a', 0, 1, 0, 1] : [0x36, 6, 0, 1, (byte)'a', 0, 1, 1]);

    [Fact]
    public Task Deliveries_GivenATopicAlias_ShouldEndWithoutIt() =>
        IsV5 ? ShouldEndWithoutAsync([0x30, 8, 0, 1, (byte)'a', 3, 0x23, 0, 1, 1]) : Task.CompletedTask;

    private async Task ShouldEndWithoutAsync(byte[] publish)
    {
        await using HostileBroker broker = new() { Answer = new HostileAnswer([HostilePackets.Accepted(IsV5), publish]) };
        await using var connection = await ConnectAsync(broker.Port);

        var ended = await Should.ThrowAsync<MqttConnectionException>(connection.Deliveries.ReadAsync(Limit).AsTask());

        ended.Message.ShouldContain("violated the MQTT protocol");
    }

    [Fact]
    public async Task Deliveries_GivenABrokerThatReadsNoAcknowledgements_ShouldEndWithoutKeepingThem()
    {
        // The numbers of messages have 16 bits: a broker that waits for acknowledgements does not send more than that.
        var block = Enumerable.Range(1, 10_000).SelectMany(Qos1).ToArray();
        await using HostileBroker broker = new()
        {
            Answer = new HostileAnswer([HostilePackets.Accepted(IsV5), .. Enumerable.Repeat<ReadOnlyMemory<byte>>(block, 1_000)]),
        };
        await using var connection = await ConnectAsync(broker.Port);

        var ended = await EndOfAsync(connection);

        ended.Message.ShouldContain("violated the MQTT protocol");

        byte[] Qos1(int id) =>
            IsV5
                ? [0x32, 6, 0, 1, (byte)'a', (byte)(id >> 8), (byte)id, 0]
                : [0x32, 5, 0, 1, (byte)'a', (byte)(id >> 8), (byte)id];
    }

    private HostileAnswer AnswerOf(int seed)
    {
        Random random = new(seed);
        var bytes = new HostilePackets(seed, IsV5).Next();
        var accepts = random.Next(3) > 0;
        ReadOnlyMemory<byte> accepted = accepts ? HostilePackets.Accepted(IsV5) : default;
        List<ReadOnlyMemory<byte>> writes = random.Next(3) switch
        {
            0 => [accepted, bytes],
            1 when bytes.Length < 500 => [accepted, .. bytes.Select(one => new ReadOnlyMemory<byte>([one]))],
            _ => [accepted.ToArray().Concat(bytes).ToArray()],
        };
        return new HostileAnswer(writes) { Accepts = accepts, Closes = random.Next(4) > 0 };
    }

    /// <summary>Uses a connection until the broker or the test ends it: with no exceptions but those of the port.</summary>
    private async Task ShouldEndAsync(HostileBroker broker, HostileAnswer answer, string name)
    {
        broker.Answer = answer;
        try
        {
            await UseAsync(broker.Port, answer);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{name}: {e.Message}", e);
        }
    }

    private async Task UseAsync(int port, HostileAnswer answer)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Limit);
        var connecting = Transport.ConnectAsync(Request(port), cancel.Token);
        if (!answer.Closes && !answer.Accepts)
        {
            await answer.Sent.Task.WaitAsync(s_hangs);
            await cancel.CancelAsync();
        }

        if (!await EndsWellAsync(connecting, cancel.Token))
        {
            return;
        }

        var connection = await connecting;
        var delivering = EndsWellAsync(DrainAsync(connection), cancel.Token);
        var subscribing = EndsWellAsync(connection.SubscribeAsync("a/#", Limit), cancel.Token);
        var publishing = EndsWellAsync(connection.PublishAsync(new("a", Utf8("x")), Limit), cancel.Token);
        await (answer.Closes ? delivering : answer.Sent.Task).WaitAsync(s_hangs);
        await connection.DisposeAsync().AsTask().WaitAsync(s_hangs);
        await Task.WhenAll(delivering, subscribing, publishing);
    }

    private async Task DrainAsync(IMqttConnection connection)
    {
        await foreach (var _ in connection.Deliveries.ReadAllAsync(Limit)) { }
    }

    /// <summary>Returns false if the task failed in one of the ways that the port allows.</summary>
    private static async Task<bool> EndsWellAsync(Task task, CancellationToken cancelled)
    {
        try
        {
            await task.WaitAsync(s_hangs, CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is MqttConnectionException or MqttRefusedException)
        {
            return false;
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ShouldServeAsync()
    {
        await using ScriptedBroker broker = new() { Version = version };
        await using var connection = await ConnectAsync(broker.Port);
        await connection.SubscribeAsync("a", Limit);
        await connection.PublishAsync(new("a", Utf8("x")), Limit);
    }
}
