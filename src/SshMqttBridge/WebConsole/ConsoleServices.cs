using SshMqttBridge.Audit;
using SshMqttBridge.Configuration;
using SshMqttBridge.Events;
using SshMqttBridge.Inbound;
using SshMqttBridge.Servers;
using SshMqttBridge.Ssh;
using SshMqttBridge.Transfers;

namespace SshMqttBridge.WebConsole;

/// <summary>The bridge's services that the console's endpoints need, registered in the web server's container as well.</summary>
internal sealed record ConsoleServices(
    ServerSet Servers,
    Dispatcher Dispatcher,
    EventBus Events,
    BridgeActivity Activity,
    IGroupStatus Group,
    BaseDirectory Files,
    AuditLog Audit,
    CurrentOptions Options,
    KnownHosts KnownHosts,
    IConfigurationReload Reload
);
