namespace SshMqttBridge.Mqtt.MqttNet;

/// <summary>The MQTT port on MQTTnet. Thread-safe; each connection is independent.</summary>
internal sealed class MqttNetTransport : IMqttTransport
{
    /// <inheritdoc/>
    /// <remarks>
    /// A broker that hangs still completes the TCP handshake, so the time of each address includes its CONNACK.
    /// </remarks>
    public async Task<IMqttConnection> ConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var tls = request.Options.Tls is { } settings ? TlsFiles.Read(settings) : null;
        var brokers = request.Options.Brokers;
        var time = new ConnectTime(request.ConnectTimeout);
        List<MqttConnectionException> faults = [];
        for (var i = 0; i < brokers.Count; i++)
        {
            var attempt = new ConnectAttempt(request, brokers[i], tls, time.Share(brokers.Count - i));
            if (await attempt.RunAsync(faults, cancellationToken) is { } connection)
            {
                return connection;
            }
        }

        throw Summary(faults);
    }

    /// <summary>
    /// Combines the failures of all addresses. If any broker refused the login, the combined failure is a refused login.
    /// </summary>
    private static MqttConnectionException Summary(List<MqttConnectionException> faults)
    {
        var worst = faults.Find(fault => fault.Fault == MqttFault.LoginRefused) ?? faults[0];
        var words = string.Join("; ", faults.Select(fault => fault.Message).Distinct(StringComparer.Ordinal));
        return words == worst.Message ? worst : new MqttConnectionException(worst.Fault, words, worst.ReasonCode, worst);
    }
}
