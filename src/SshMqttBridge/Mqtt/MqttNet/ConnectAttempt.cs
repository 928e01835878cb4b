using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>Tries one broker: each address of its name, until one answers.</summary>
/// <param name="timeout">The time for all addresses together.</param>
internal sealed class ConnectAttempt(MqttConnectRequest request, BrokerAddress broker, TlsFiles? tls, TimeSpan timeout)
{
    private readonly ConnectTime _time = new(timeout);

    /// <summary>Returns the connection, or null, and adds the reasons to <paramref name="faults"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing stays open.</exception>
    public async Task<MqttNetConnection?> RunAsync(List<MqttConnectionException> faults, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await WithinAsync(timeout, ResolveAsync, cancellationToken);
            for (var i = 0; i < addresses.Length; i++)
            {
                var address = addresses[i];
                try
                {
                    return await WithinAsync(
                        _time.Share(addresses.Length - i),
                        token => OpenAsync(address, token),
                        cancellationToken
                    );
                }
                catch (MqttConnectionException e) when (e.ReasonCode is null && i + 1 < addresses.Length)
                {
                    // A reason code comes from the broker itself, which would answer the same at its other addresses.
                    faults.Add(e);
                }
            }
        }
        catch (MqttConnectionException e)
        {
            faults.Add(e);
        }

        return null;
    }

    private async Task<MqttNetConnection> OpenAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var dialer = new BrokerDialer(request.Options, broker, address, tls);
        var connection = new MqttNetConnection(request, broker, dialer);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(broker.Host, out var address))
        {
            return [address];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(broker.Host, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new MqttConnectionException(MqttFault.Unreachable, $"'{broker.Host}' does not resolve: {e.Message}", inner: e);
        }
    }

    private async Task<T> WithinAsync<T>(
        TimeSpan limit,
        Func<CancellationToken, Task<T>> attempt,
        CancellationToken cancellationToken
    )
    {
        using Deadline deadline = new(limit, TimeProvider.System, cancellationToken);
        try
        {
            return await attempt(deadline.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MqttConnectionException(
                MqttFault.Unreachable,
                $"{broker}: no answer within {Math.Round(limit.TotalSeconds, 1)} s",
                inner: e
            );
        }
    }
}
