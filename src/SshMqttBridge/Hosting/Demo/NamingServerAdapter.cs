using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Server;
using MQTTnet.Server.Internal.Adapter;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>Assigns an id to clients without one, like <c>mosquitto_pub</c>; MQTTnet's server would reject them.</summary>
internal sealed class NamingServerAdapter : IMqttServerAdapter
{
    private readonly MqttTcpServerAdapter _inner = new();

    public Func<IMqttChannelAdapter, Task> ClientHandler
    {
        get => _inner.ClientHandler;
        set => _inner.ClientHandler = value is null ? null : channel => value(new NamingChannel(channel));
    }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger) => _inner.StartAsync(options, logger);

    public Task StopAsync() => _inner.StopAsync();

    public void Dispose() => _inner.Dispose();
}
