namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>The one place that turns what the library says into the port's exceptions.</summary>
internal sealed partial class MosquittoConnection
{
    private string Broker => $"{_request.Options.Host}:{_request.Options.Port}";

    private void Check(int result, int errno)
    {
        if (result != MosquittoError.Success)
        {
            Fail(result, errno);
        }
    }

    private void Fail(int result, int errno)
    {
        if (_libraryErrors.Count > 0 && _request.Options.Tls is not null && !_isConnected)
        {
            Fail(
                new MqttConnectionException(
                    MqttFault.Unreachable,
                    $"{Broker}: {MosquittoTlsError.Describe(_libraryErrors, _request.Options)}",
                    result
                )
            );
            return;
        }

        var words = MosquittoError.Describe(result, errno);
        if (_isTcpConnected && !_isConnected && result is MosquittoError.ConnectionLost or MosquittoError.NoConnection)
        {
            words = _request.Options.Tls is null
                ? "the connection was closed before the broker answered: is this an MQTT broker's port, and one without TLS?"
                : "the connection was closed before the broker answered";
        }

        Fail(new MqttConnectionException(_isConnected ? MqttFault.Lost : MqttFault.Unreachable, $"{Broker}: {words}", result));
    }

    /// <summary>The first reason counts; what follows from it says less.</summary>
    private void Fail(MqttConnectionException fault) => _fault ??= fault;
}
