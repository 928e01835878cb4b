using Microsoft.Extensions.Logging;
using SshMqttBridge.Actions;
using SshMqttBridge.Audit;
using SshMqttBridge.Events;
using SshMqttBridge.Journal;
using SshMqttBridge.Mqtt;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.Servers;

/// <summary>What all servers share.</summary>
internal sealed record ServerContext(
    TopicScheme Topics,
    Outbox Outbox,
    ResultPublisher Publisher,
    CommandJournal Journal,
    SshTransportSource Transports,
    KnownHosts KnownHosts,
    BaseDirectory BaseDirectory,
    TimeProvider Time,
    ILoggerFactory Loggers
)
{
    /// <summary>Where it is recorded who did what.</summary>
    public AuditLog Audit { get; init; } = AuditLog.Off;

    /// <summary>What the servers are asked to do by name.</summary>
    public ActionCatalog Actions { get; init; } = ActionCatalog.Empty;

    /// <summary>Told what happens at the servers, for whoever watches live.</summary>
    public EventBus Events { get; init; } = new();
}
