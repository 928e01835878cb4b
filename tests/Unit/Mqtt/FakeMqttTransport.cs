using System.Threading.Channels;
using SshMqttBridge.Configuration;
using SshMqttBridge.Mqtt;

namespace SshMqttBridge.Tests.Unit.Mqtt;

/// <summary>A broker that the test controls.</summary>
internal sealed class FakeMqttTransport : IMqttTransport
{
    private readonly Channel<FakeMqttConnection> _connections = Channel.CreateUnbounded<FakeMqttConnection>();

    /// <summary>The exceptions of the next connects; null: succeeds.</summary>
    public Queue<MqttConnectionException?> ConnectFaults { get; } = [];

    /// <summary>Throws for the filters that are refused.</summary>
    public Action<string> OnSubscribe { get; set; } = _ => { };

    /// <summary>The answer to each publish; not completed: no answer until the connection ends.</summary>
    public Func<MqttPublication, Task> OnPublish { get; set; } = _ => Task.CompletedTask;

    /// <summary>The one of a cluster that the next connects reach.</summary>
    public BrokerAddress Broker { get; set; } = new("fake", 1883);

    public long? MaximumPacketBytes { get; set; }

    public bool RetainAvailable { get; set; } = true;

    public int ConnectCount { get; private set; }

    public FakeMqttConnection? LastConnection { get; private set; }

    public MqttConnectRequest? LastRequest { get; private set; }

    public Task<IMqttConnection> ConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ConnectCount++;
        LastRequest = request;
        if (ConnectFaults.TryDequeue(out var fault) && fault is not null)
        {
            return Task.FromException<IMqttConnection>(fault);
        }

        var connection = LastConnection = new FakeMqttConnection(this);
        _connections.Writer.TryWrite(connection);
        return Task.FromResult<IMqttConnection>(connection);
    }

    /// <summary>The next connection that was made.</summary>
    public Task<FakeMqttConnection> NextConnectionAsync() =>
        _connections.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
}
