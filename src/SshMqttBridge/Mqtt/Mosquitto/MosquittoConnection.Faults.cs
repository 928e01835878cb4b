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
        if (_isTcpConnected && !_isConnected && result is not MosquittoError.KeepAlive)
        {
            // A TLS alert that says more is lost when the connection is reset right behind it.
            words += _request.Options.Tls switch
            {
                null => " before it answered: is this an MQTT broker's port, and one without TLS?",
                { CertificateFile: null } =>
                    " before it answered: is this a port with TLS, and does it want a client certificate?",
                _ => " before it answered: is this a port with TLS, and does it accept the client certificate?",
            };
        }

        Fail(new MqttConnectionException(_isConnected ? MqttFault.Lost : MqttFault.Unreachable, $"{Broker}: {words}", result));
    }

    /// <summary>The first reason counts; what follows from it says less.</summary>
    private void Fail(MqttConnectionException fault) => _fault ??= fault;
}
