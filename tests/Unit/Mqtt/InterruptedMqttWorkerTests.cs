using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

/// <summary>The connection of a bridge that did not run for longer than the broker keeps it.</summary>
public sealed class InterruptedMqttWorkerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromDays(1);

    private readonly FakeMqttTransport _broker = new();
    private readonly WatchedTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<MqttDelivery> _delivered = [];
    private readonly InterruptionMonitor _interruptions;
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MqttWorker _worker;
    private readonly Task _running;

    public InterruptedMqttWorkerTests()
    {
        _interruptions = new InterruptionMonitor(Limit, _time);
        _worker = new MqttWorker(
            _broker,
            new MqttOptions(),
            new MqttWorkerSetup
            {
                StateTopic = "ssh/bridge/state",
                ErrorTopic = "ssh/bridge/error",
                Filters = ["ssh/+/exec/set"],
                Deliver = Deliver,
                Interruptions = _interruptions,
                MaximumPayloadBytes = 1_000,
            },
            new Outbox(),
            _time,
            NullLogger<MqttWorker>.Instance
        );
        _running = _worker.RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        _stop.Dispose();
    }

    [Fact]
    public async Task RunAsync_GivenAnInterruption_ShouldReadTheRestAsStaleAndReconnectAtOnce()
    {
        var first = await _broker.NextConnectionAsync();
        await first.NextPublicationAsync();

        _time.Suspend(Limit * 2);
        first.Receive(new MqttDelivery("ssh/nas/exec/set", "before"u8.ToArray()));
        await _time.PassAsync(TimeSpan.FromSeconds(1));
        var second = await _broker.NextConnectionAsync();
        second.Receive(new MqttDelivery("ssh/nas/exec/set", "after"u8.ToArray()));
        await _second.Task.WaitAsync(Patience);

        first.IsDisposed.ShouldBeTrue();
        _delivered
            .Select(delivery => (Encoding.UTF8.GetString(delivery.Payload.Span), delivery.IsStale))
            .ShouldBe([("before", true), ("after", false)]);
    }

    private void Deliver(MqttDelivery delivery)
    {
        _delivered.Add(delivery);
        if (_delivered.Count == 2)
        {
            _second.SetResult();
        }
    }
}
