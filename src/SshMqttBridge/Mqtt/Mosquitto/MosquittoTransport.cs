using System.Runtime.InteropServices;

namespace SshMqttBridge.Mqtt.Mosquitto;

/// <summary>The MQTT port on the system's libmosquitto. Thread-safe; each connection is independent.</summary>
internal sealed class MosquittoTransport : IMqttTransport
{
    private static readonly Lazy<bool> s_library = new(Load);

    /// <summary>Native handles in the process; 0 when every connection has been disposed. For tests.</summary>
    public static int LiveHandles => MosquittoHandle.Live;

    /// <summary>Loads the library, once for the process.</summary>
    /// <exception cref="NativeLibraryMissingException">It is not installed.</exception>
    public static void EnsureLibrary()
    {
        if (!s_library.Value)
        {
            throw new NativeLibraryMissingException(NativeMethods.Library, "libmosquitto1");
        }
    }

    /// <inheritdoc/>
    /// <remarks>The only deadline is the caller's token. A name that takes long to resolve holds a thread of its own, never the caller.</remarks>
    /// <exception cref="NativeLibraryMissingException">The library is not installed.</exception>
    public async Task<IMqttConnection> ConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        EnsureLibrary();
        var connection = new MosquittoConnection(request);
        try
        {
            await connection.OpenAsync().WaitAsync(cancellationToken);
            return connection;
        }
        catch (OperationCanceledException)
        {
            // Its thread may still be waiting for a name server; it frees everything by itself when it comes back.
            connection.Abandon();
            throw;
        }
    }

    private static bool Load()
    {
        if (!NativeLibrary.TryLoad(NativeMethods.Library, typeof(MosquittoTransport).Assembly, searchPath: null, out _))
        {
            return false;
        }

        // Never undone by mosquitto_lib_cleanup: that would unload OpenSSL's configuration, which .NET and libssh use in the same process.
        return NativeMethods.LibraryInit() == MosquittoError.Success;
    }
}
