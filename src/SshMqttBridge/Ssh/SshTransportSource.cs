using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh;

/// <summary>The transport that carries a server's connection.</summary>
internal delegate ISshTransport SshTransportSource(ServerOptions server);
