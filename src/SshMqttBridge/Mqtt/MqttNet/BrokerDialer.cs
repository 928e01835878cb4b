using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>Connects to one address of a broker: TCP, then TLS and a websocket if configured.</summary>
/// <param name="tls">Null: no TLS.</param>
internal sealed class BrokerDialer(MqttOptions options, BrokerAddress broker, IPAddress address, TlsFiles? tls)
{
    /// <exception cref="MqttConnectionException">Nobody there, TLS failed, or no websocket.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing stays open.</exception>
    public async Task<BrokerLink> DialAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, broker.Port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: false);
            if (tls is not null)
            {
                stream = await new TlsHandshake(tls, broker).AuthenticateAsync(stream, cancellationToken);
            }

            if (options.Transport == MqttTransportKind.WebSocket)
            {
                stream = await OpenWebSocketAsync(stream, cancellationToken);
            }

            return new BrokerLink(socket, stream);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new MqttConnectionException(MqttFault.Unreachable, $"{broker}: {e.Message}", inner: e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Requests the websocket on a stream that is already connected and, if configured, encrypted: so the same code handles TLS
    /// for both transports, and the bridge chooses the address.
    /// </summary>
    private async Task<Stream> OpenWebSocketAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = (_, _) => ValueTask.FromResult(stream),
        };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        // MQTT has its own keep-alive.
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        try
        {
            var uri = new Uri($"ws://{broker}{options.Path}");
            await socket.ConnectAsync(uri, invoker, cancellationToken);
            return WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
        }
        catch (WebSocketException e)
        {
            socket.Dispose();
            throw new MqttConnectionException(MqttFault.Unreachable, $"{broker}: {Describe(e)}", inner: e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private string Describe(WebSocketException e) =>
        e.InnerException is HttpRequestException { HttpRequestError: not HttpRequestError.InvalidResponse } or null
            ? $"no websocket at the path '{options.Path}' (mqtt.path): {e.Message}"
            : "the peer is not a web server: is this a port for websockets" + (tls is null ? ", and one without TLS?" : "?");
}
