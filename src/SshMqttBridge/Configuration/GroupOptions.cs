using SshMqttBridge.Common;

namespace SshMqttBridge.Configuration;

/// <summary>A group of bridges on one base topic, of which one, the leader, is active.</summary>
internal sealed record GroupOptions
{
    /// <summary>The name of this bridge, unique in the group: one topic level. Default: the host's name.</summary>
    public required string Instance { get; init; }

    /// <summary>What decides who leads. Default <see cref="LeaseKind.Broker"/>.</summary>
    public LeaseKind Lease { get; init; } = LeaseKind.Broker;

    /// <summary>The silence of the leader after which a standby takes over. Default 2.5 s, from 1.5 s to 60 s.</summary>
    public TimeSpan Takeover { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>Only for <see cref="LeaseKind.Etcd"/>; at least one then.</summary>
    public ValueList<Uri> EtcdEndpoints { get; init; } = [];

    /// <summary>The prefix of the group's keys in etcd. Default <c>/ssh-mqtt-bridge</c>.</summary>
    public string EtcdPrefix { get; init; } = "/ssh-mqtt-bridge";
}

/// <summary>What grants the lease of a group.</summary>
internal enum LeaseKind
{
    /// <summary>Messages through the MQTT broker.</summary>
    Broker,

    /// <summary>A lease of etcd.</summary>
    Etcd,
}
