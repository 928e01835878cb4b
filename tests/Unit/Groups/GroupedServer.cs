using Microsoft.Extensions.Logging.Abstractions;
using SshMqttBridge.Configuration;
using SshMqttBridge.Groups;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Tests.Unit.Servers;

namespace SshMqttBridge.Tests.Unit.Groups;

/// <summary>The server <c>nas</c> of an instance <c>a</c> that leads its group with epoch 5.</summary>
internal sealed class GroupedServer : IAsyncDisposable
{
    public const long Epoch = 5;

    private readonly TopicScheme _topics = new("ssh");

    public GroupedServer(bool isBrokerThere = true)
    {
        Server = new RunningServer(
            isBrokerThere: isBrokerThere,
            records: server =>
            {
                Leadership = new Leadership(server.Clock);
                View = new GroupView(_topics, server.Clock);
                return Records = new GroupRecords(Leadership, View, _topics, server.Outbox);
            }
        );
        Leadership.Hold(Epoch, TimeSpan.FromDays(1));
        Recovery = new GroupRecovery(
            new CurrentOptions(
                new BridgeOptions
                {
                    Mqtt = new MqttOptions(),
                    BaseDirectory = "",
                    StateDirectory = "",
                    Servers = [],
                }
            ),
            View,
            Records,
            Server.Servers,
            Server.Journal,
            NullLogger<GroupRecovery>.Instance
        );
    }

    public RunningServer Server { get; }

    public Leadership Leadership { get; private set; } = null!;

    public GroupView View { get; private set; } = null!;

    public GroupRecords Records { get; private set; } = null!;

    public GroupRecovery Recovery { get; }

    public string TopicOf(string id) => _topics.CommandRecordOf("nas", CommandRecord.KeyOf(id));

    /// <summary>The broker delivers a record.</summary>
    public void Receive(CommandRecord record) => View.Handle(new MqttDelivery(TopicOf(record.Id), record.ToJson()));

    /// <summary>The broker delivers who leads.</summary>
    public void ReceiveLeader(string instance, long epoch) =>
        View.Handle(new MqttDelivery(_topics.GroupLeader, new LeaderInfo(instance, epoch, DateTimeOffset.UnixEpoch).ToJson()));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Leadership.Dispose();
    }
}
