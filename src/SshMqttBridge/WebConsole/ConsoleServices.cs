using SshMqttBridge.Events;
using SshMqttBridge.Inbound;
using SshMqttBridge.Servers;

namespace SshMqttBridge.WebConsole;

/// <summary>The parts of the bridge that the console's endpoints are made of, registered again in the web server's own container.</summary>
internal sealed record ConsoleServices(ServerSet Servers, Dispatcher Dispatcher, EventBus Events, BridgeActivity Activity);
