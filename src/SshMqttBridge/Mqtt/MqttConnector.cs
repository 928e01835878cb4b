namespace SshMqttBridge.Mqtt;

/// <summary>Connects as the configuration wants it: with retained messages, and without where the broker has none. For whoever connects, so that <c>check</c> finds what <c>run</c> does.</summary>
internal static class MqttConnector
{
    /// <param name="request">Its last will is retained if everything is to be.</param>
    /// <returns>The connection, and whether to publish retained on it.</returns>
    /// <exception cref="MqttConnectionException">See <see cref="IMqttTransport.ConnectAsync"/>.</exception>
    public static async Task<(IMqttConnection Connection, bool Retain)> ConnectAsync(
        IMqttTransport transport,
        MqttConnectRequest request,
        CancellationToken cancellationToken
    )
    {
        var retain = request.Options.Retain;
        if (!retain)
        {
            return (await transport.ConnectAsync(WithoutRetain(request), cancellationToken), false);
        }

        try
        {
            var connection = await transport.ConnectAsync(request, cancellationToken);
            return (connection, connection.RetainAvailable);
        }
        catch (MqttConnectionException e) when (e.ReasonCode == MqttReason.RetainNotSupported)
        {
            // It is the last will that it does not take.
            return (await transport.ConnectAsync(WithoutRetain(request), cancellationToken), false);
        }
    }

    private static MqttConnectRequest WithoutRetain(MqttConnectRequest request) =>
        request with
        {
            Will = request.Will with { Retain = false },
        };
}
