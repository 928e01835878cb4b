using System.Net;
using System.Net.Sockets;
using System.Text;
using MQTTnet.Server;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>
/// An MQTT broker on the loopback interface, open to all users of this machine. Keeps retained messages in memory.
/// </summary>
internal sealed class DemoBroker : IAsyncDisposable
{
    private const int FirstPort = 18830;
    private const int MaximumPendingMessages = 10_000;

    private readonly MqttServer _server;

    private DemoBroker(MqttServer server, int port)
    {
        _server = server;
        Port = port;
        _server.InterceptingPublishAsync += publish =>
        {
            var message = publish.ApplicationMessage;
            Published?.Invoke(message.Topic, Encoding.UTF8.GetString(message.Payload));
            return Task.CompletedTask;
        };
    }

    public int Port { get; }

    /// <summary>Called with topic and payload of each message before it is delivered. Must be thread-safe.</summary>
    public Action<string, string>? Published { get; set; }

    /// <param name="port">Null: a free port.</param>
    /// <exception cref="DemoException">The port is in use.</exception>
    public static async Task<DemoBroker> StartAsync(int? port)
    {
        var chosen = port ?? DemoPorts.FreeFrom(FirstPort);
        var options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(IPAddress.Loopback)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(chosen)
            .WithMaxPendingMessagesPerClient(MaximumPendingMessages)
            .Build();
        var server = new MqttServerFactory().CreateMqttServer(options, [new NamingServerAdapter()]);
        try
        {
            await server.StartAsync();
        }
        catch (SocketException exception)
        {
            server.Dispose();
            throw new DemoException($"The demo's broker cannot listen on port {chosen}: {exception.Message}", exception);
        }

        return new DemoBroker(server, chosen);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
    }
}
