using System.Runtime.InteropServices;
using System.Text;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>
/// What the library calls, on the thread that called it: copy, put in a queue, never wait, and let no exception through, for there is C
/// below. Nothing of the library may be called from here but reading properties: it holds its callback lock.
/// </summary>
internal sealed unsafe partial class MosquittoConnection
{
    private const int MostLibraryErrors = 8;

    private void SetCallbacks()
    {
        NativeMethods.OnConnect(_client, &Connected);
        NativeMethods.OnDisconnect(_client, &Disconnected);
        NativeMethods.OnPublish(_client, &Published);
        NativeMethods.OnSubscribe(_client, &Subscribed);
        NativeMethods.OnMessage(_client, &Received);
        NativeMethods.OnLog(_client, &Logged);
    }

    [UnmanagedCallersOnly]
    private static void Connected(nint client, nint self, int reason, int flags, nint properties) =>
        Guard(self, connection => connection.OnConnected(reason, properties));

    [UnmanagedCallersOnly]
    private static void Disconnected(nint client, nint self, int reason, nint properties) =>
        Guard(self, connection => connection.OnDisconnected(reason));

    [UnmanagedCallersOnly]
    private static void Published(nint client, nint self, int id, int reason, nint properties)
    {
        var connection = From(self);
        try
        {
            connection.OnPublished(id, reason, properties);
        }
        catch (Exception e)
        {
            connection.Fail(Unexpected(e));
        }
    }

    [UnmanagedCallersOnly]
    private static void Subscribed(nint client, nint self, int id, int count, int* granted, nint properties)
    {
        var reason = count > 0 ? granted[0] : MqttReason.Unspecified;
        Guard(self, connection => connection.OnSubscribed(id, reason, properties));
    }

    [UnmanagedCallersOnly]
    private static void Received(nint client, nint self, NativeMethods.Message* message, nint properties)
    {
        var connection = From(self);
        try
        {
            connection.OnReceived(message, properties);
        }
        catch (Exception e)
        {
            connection.Fail(Unexpected(e));
        }
    }

    [UnmanagedCallersOnly]
    private static void Logged(nint client, nint self, int level, byte* text)
    {
        if ((level & (NativeMethods.LogError | NativeMethods.LogWarning)) != 0)
        {
            var line = Marshal.PtrToStringUTF8((nint)text) ?? "";
            Guard(self, connection => connection.OnLogged(line));
        }
    }

    private void OnConnected(int reason, nint properties)
    {
        if (reason != 0)
        {
            Fail(
                new MqttConnectionException(
                    MqttReason.IsAboutLogin(reason) ? MqttFault.LoginRefused : MqttFault.Unreachable,
                    $"{Broker} refused the connection: {Words(reason, properties)}",
                    reason
                )
            );
            return;
        }

        if (Version == MqttProtocolVersion.V5)
        {
            if (
                NativeMethods.PropertyReadInt32(
                    properties,
                    NativeMethods.PropertyMaximumPacketSize,
                    out var bytes,
                    skipFirst: false
                ) != 0
            )
            {
                MaximumPacketBytes = bytes;
            }

            if (
                NativeMethods.PropertyReadInt16(properties, NativeMethods.PropertyReceiveMaximum, out var count, skipFirst: false)
                != 0
            )
            {
                _window = Math.Clamp((int)count, 1, LargestWindow);
            }
        }

        _isConnected = true;
        _opened.TrySetResult();
    }

    /// <param name="reason">A reason code of MQTT 5 when the broker sent DISCONNECT, else an error of the library, which its call returns as well.</param>
    private void OnDisconnected(int reason)
    {
        if (reason < MqttReason.Unspecified || !_isConnected)
        {
            return;
        }

        if (reason == MqttReason.SessionTakenOver)
        {
            Fail(
                new MqttConnectionException(
                    MqttFault.TakenOver,
                    $"{Broker}: another client uses the client id '{_request.Options.ClientId}'",
                    reason
                )
            );
            return;
        }

        Fail(
            new MqttConnectionException(MqttFault.Lost, $"{Broker} closed the connection: {MqttReason.Describe(reason)}", reason)
        );
    }

    private void OnPublished(int id, int reason, nint properties)
    {
        if (!_publishes.Remove(id, out var pending))
        {
            return;
        }

        var refusal =
            reason < MqttReason.Unspecified
                ? null
                : new MqttRefusedException(reason, $"{pending.Publication.Topic}: {Words(reason, properties)}");
        _answers.Add((pending, refusal));
    }

    private void OnSubscribed(int id, int reason, nint properties)
    {
        if (!_subscribes.Remove(id, out var pending))
        {
            return;
        }

        if (reason < MqttReason.Unspecified)
        {
            pending.TrySetResult();
        }
        else
        {
            pending.TrySetException(new MqttRefusedException(reason, $"{pending.Filter}: {Words(reason, properties)}"));
        }
    }

    private void OnReceived(NativeMethods.Message* message, nint properties)
    {
        var topic = Marshal.PtrToStringUTF8((nint)message->Topic) ?? "";
        var isKept = message->PayloadLength <= _request.MaximumPayloadBytes;
        var payload = isKept ? new ReadOnlySpan<byte>(message->Payload, message->PayloadLength).ToArray() : [];
        var delivery = new MqttDelivery(topic, payload) { PayloadBytes = message->PayloadLength, Retain = message->Retain != 0 };
        if (properties != 0)
        {
            delivery = delivery with
            {
                ResponseTopic = ReadText(properties, NativeMethods.PropertyResponseTopic),
                CorrelationData = ReadBytes(properties, NativeMethods.PropertyCorrelationData),
                Expiry =
                    NativeMethods.PropertyReadInt32(
                        properties,
                        NativeMethods.PropertyMessageExpiry,
                        out var seconds,
                        skipFirst: false
                    ) != 0
                        ? TimeSpan.FromSeconds(seconds)
                        : null,
            };
        }

        _inbound.Add(delivery);
    }

    private void OnLogged(string line)
    {
        if (_libraryErrors.Count < MostLibraryErrors)
        {
            _libraryErrors.Add(line);
        }
    }

    private static string Words(int reason, nint properties)
    {
        var words = MqttReason.Describe(reason);
        var said = properties == 0 ? null : ReadText(properties, NativeMethods.PropertyReasonString);
        return string.IsNullOrEmpty(said) ? words : $"{words} ({said})";
    }

    private static string? ReadText(nint properties, int identifier)
    {
        if (NativeMethods.PropertyReadString(properties, identifier, out var value, skipFirst: false) == 0)
        {
            return null;
        }

        var text = Marshal.PtrToStringUTF8((nint)value);
        NativeMemory.Free(value);
        return text;
    }

    private static ReadOnlyMemory<byte>? ReadBytes(nint properties, int identifier)
    {
        if (NativeMethods.PropertyReadBinary(properties, identifier, out var value, out var length, skipFirst: false) == 0)
        {
            return null;
        }

        var bytes = new ReadOnlySpan<byte>(value, length).ToArray();
        NativeMemory.Free(value);
        return bytes;
    }

    private static void Guard(nint self, Action<MosquittoConnection> act)
    {
        var connection = From(self);
        try
        {
            act(connection);
        }
        catch (Exception e)
        {
            connection.Fail(Unexpected(e));
        }
    }

    private static MosquittoConnection From(nint self) => (MosquittoConnection)GCHandle.FromIntPtr(self).Target!;

    private static MqttConnectionException Unexpected(Exception e) => new(MqttFault.Lost, $"unexpected: {e.Message}", inner: e);
}
