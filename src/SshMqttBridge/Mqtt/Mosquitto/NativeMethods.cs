using System.Runtime.InteropServices;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>libmosquitto 2.0 (<c>mosquitto.h</c>), as much of it as the adapter uses. A return value of 0 is success, see <see cref="MosquittoError"/>.</summary>
internal static unsafe partial class NativeMethods
{
    public const string Library = "libmosquitto.so.1";

    public const int OptionProtocolVersion = 1;
    public const int OptionReceiveMaximum = 4;
    public const int OptionSendMaximum = 5;
    public const int OptionTcpNoDelay = 11;
    public const int OptionTlsUseSystemAuthorities = 13;

    public const int ProtocolV311 = 4;
    public const int ProtocolV5 = 5;

    public const int PropertyMessageExpiry = 2;
    public const int PropertyResponseTopic = 8;
    public const int PropertyCorrelationData = 9;
    public const int PropertyReasonString = 31;
    public const int PropertyReceiveMaximum = 33;
    public const int PropertyMaximumPacketSize = 39;

    public const int SubscribeRetainAsPublished = 0x08;
    public const int SubscribeSendRetainNever = 0x20;

    public const int LogWarning = 0x04;
    public const int LogError = 0x08;

    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Id;
        public byte* Topic;
        public byte* Payload;
        public int PayloadLength;
        public int Qos;
        public byte Retain;
    }

    [LibraryImport(Library, EntryPoint = "mosquitto_lib_init")]
    public static partial int LibraryInit();

    [LibraryImport(Library, EntryPoint = "mosquitto_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint New(string clientId, [MarshalAs(UnmanagedType.U1)] bool cleanStart, nint userData);

    [LibraryImport(Library, EntryPoint = "mosquitto_destroy")]
    public static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "mosquitto_int_option")]
    public static partial int IntOption(MosquittoHandle client, int option, int value);

    [LibraryImport(Library, EntryPoint = "mosquitto_username_pw_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetLogin(MosquittoHandle client, string? userName, string? password);

    [LibraryImport(Library, EntryPoint = "mosquitto_will_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetWill(
        MosquittoHandle client,
        string topic,
        int payloadLength,
        byte* payload,
        int qos,
        [MarshalAs(UnmanagedType.U1)] bool retain
    );

    [LibraryImport(Library, EntryPoint = "mosquitto_tls_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetTls(
        MosquittoHandle client,
        string? caFile,
        string? caPath,
        string? certificateFile,
        string? keyFile,
        delegate* unmanaged<byte*, int, int, nint, int> keyPassword
    );

    /// <summary>-1 (pending) never comes back: the library counts a connection under way as success.</summary>
    [LibraryImport(
        Library,
        EntryPoint = "mosquitto_connect_bind_async",
        StringMarshalling = StringMarshalling.Utf8,
        SetLastError = true
    )]
    public static partial int ConnectAsync(
        MosquittoHandle client,
        string host,
        int port,
        int keepAliveSeconds,
        string? bindAddress
    );

    [LibraryImport(Library, EntryPoint = "mosquitto_disconnect_v5", SetLastError = true)]
    public static partial int Disconnect(MosquittoHandle client, int reason, nint properties);

    [LibraryImport(Library, EntryPoint = "mosquitto_socket")]
    public static partial int Socket(MosquittoHandle client);

    [LibraryImport(Library, EntryPoint = "mosquitto_want_write")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool WantWrite(MosquittoHandle client);

    [LibraryImport(Library, EntryPoint = "mosquitto_loop_read", SetLastError = true)]
    public static partial int LoopRead(MosquittoHandle client, int maximumPackets);

    [LibraryImport(Library, EntryPoint = "mosquitto_loop_write", SetLastError = true)]
    public static partial int LoopWrite(MosquittoHandle client, int maximumPackets);

    [LibraryImport(Library, EntryPoint = "mosquitto_loop_misc", SetLastError = true)]
    public static partial int LoopMisc(MosquittoHandle client);

    [LibraryImport(Library, EntryPoint = "mosquitto_publish_v5", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Publish(
        MosquittoHandle client,
        out int messageId,
        string topic,
        int payloadLength,
        byte* payload,
        int qos,
        [MarshalAs(UnmanagedType.U1)] bool retain,
        nint properties
    );

    [LibraryImport(
        Library,
        EntryPoint = "mosquitto_subscribe_v5",
        StringMarshalling = StringMarshalling.Utf8,
        SetLastError = true
    )]
    public static partial int Subscribe(
        MosquittoHandle client,
        out int messageId,
        string filter,
        int qos,
        int options,
        nint properties
    );

    [LibraryImport(Library, EntryPoint = "mosquitto_property_add_binary")]
    public static partial int PropertyAddBinary(ref nint properties, int identifier, byte* value, ushort length);

    [LibraryImport(Library, EntryPoint = "mosquitto_property_free_all")]
    public static partial void PropertyFreeAll(ref nint properties);

    [LibraryImport(Library, EntryPoint = "mosquitto_property_read_int16")]
    public static partial nint PropertyReadInt16(
        nint properties,
        int identifier,
        out ushort value,
        [MarshalAs(UnmanagedType.U1)] bool skipFirst
    );

    [LibraryImport(Library, EntryPoint = "mosquitto_property_read_int32")]
    public static partial nint PropertyReadInt32(
        nint properties,
        int identifier,
        out uint value,
        [MarshalAs(UnmanagedType.U1)] bool skipFirst
    );

    /// <summary>The value is the caller's to <see cref="NativeMemory.Free"/>.</summary>
    [LibraryImport(Library, EntryPoint = "mosquitto_property_read_string")]
    public static partial nint PropertyReadString(
        nint properties,
        int identifier,
        out byte* value,
        [MarshalAs(UnmanagedType.U1)] bool skipFirst
    );

    /// <summary>The value is the caller's to <see cref="NativeMemory.Free"/>.</summary>
    [LibraryImport(Library, EntryPoint = "mosquitto_property_read_binary")]
    public static partial nint PropertyReadBinary(
        nint properties,
        int identifier,
        out byte* value,
        out ushort length,
        [MarshalAs(UnmanagedType.U1)] bool skipFirst
    );

    [LibraryImport(Library, EntryPoint = "mosquitto_connect_v5_callback_set")]
    public static partial void OnConnect(MosquittoHandle client, delegate* unmanaged<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "mosquitto_disconnect_v5_callback_set")]
    public static partial void OnDisconnect(MosquittoHandle client, delegate* unmanaged<nint, nint, int, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "mosquitto_publish_v5_callback_set")]
    public static partial void OnPublish(MosquittoHandle client, delegate* unmanaged<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "mosquitto_message_v5_callback_set")]
    public static partial void OnMessage(MosquittoHandle client, delegate* unmanaged<nint, nint, Message*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "mosquitto_subscribe_v5_callback_set")]
    public static partial void OnSubscribe(
        MosquittoHandle client,
        delegate* unmanaged<nint, nint, int, int, int*, nint, void> callback
    );

    [LibraryImport(Library, EntryPoint = "mosquitto_log_callback_set")]
    public static partial void OnLog(MosquittoHandle client, delegate* unmanaged<nint, nint, int, byte*, void> callback);
}
