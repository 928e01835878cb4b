using System.Threading.Channels;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

internal sealed class FakeMqttConnection(FakeMqttTransport broker) : IMqttConnection
{
    private readonly Channel<MqttDelivery> _deliveries = Channel.CreateUnbounded<MqttDelivery>();
    private readonly Channel<MqttPublication> _published = Channel.CreateUnbounded<MqttPublication>();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BrokerAddress Broker { get; } = broker.Broker;

    public bool RetainAvailable => broker.RetainAvailable;

    public long? MaximumPacketBytes => broker.MaximumPacketBytes;

    public ChannelReader<MqttDelivery> Deliveries => _deliveries.Reader;

    public List<string> Filters { get; } = [];

    public bool IsDisposed { get; private set; }

    public Task SubscribeAsync(string filter, CancellationToken cancellationToken)
    {
        try
        {
            broker.OnSubscribe(filter);
            Filters.Add(filter);
            return Task.CompletedTask;
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    public Task SubscribeToStateAsync(string topic, CancellationToken cancellationToken) =>
        SubscribeAsync(topic, cancellationToken);

    public IReadOnlyList<Task> Publish(IReadOnlyList<MqttPublication> together) => [.. together.Select(PublishAsync)];

    private async Task PublishAsync(MqttPublication publication)
    {
        if (_end.Task.IsCompleted)
        {
            await _end.Task;
        }

        // Before anything waits, so that the order is that of the calls.
        _published.Writer.TryWrite(publication);
        var answer = broker.OnPublish(publication);
        await await Task.WhenAny(answer, _end.Task);
    }

    public void Receive(MqttDelivery delivery) => _deliveries.Writer.TryWrite(delivery);

    /// <summary>The next message that was sent.</summary>
    public Task<MqttPublication> NextPublicationAsync() =>
        _published.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public bool TryNextPublication(out MqttPublication? publication) => _published.Reader.TryRead(out publication);

    public void Lose(MqttFault fault = MqttFault.Lost, string message = "cut")
    {
        var exception = new MqttConnectionException(fault, message);
        _end.TrySetException(exception);
        _deliveries.Writer.TryComplete(exception);
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        _end.TrySetException(new MqttConnectionException(MqttFault.Lost, "disposed"));
        _ = _end.Task.Exception;
        _deliveries.Writer.TryComplete();
        return default;
    }
}
