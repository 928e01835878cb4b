namespace SshMqttBridge.Mqtt;

/// <summary>
/// Connects with retained messages if they are configured and the broker supports them. Used by <c>run</c> and <c>check</c>,
/// which therefore behave alike.
/// </summary>
internal static class MqttConnector
{
    /// <param name="request">Its last will is retained if the messages are.</param>
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
            // The broker refuses the retained last will.
            return (await transport.ConnectAsync(WithoutRetain(request), cancellationToken), false);
        }
    }

    private static MqttConnectRequest WithoutRetain(MqttConnectRequest request) =>
        request with
        {
            Will = request.Will is { } will ? will with { Retain = false } : null,
        };
}
