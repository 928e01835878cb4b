using System.Runtime.InteropServices;
using SshMqttBridge.Common;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>The port on the system's libssh 0.10 or later (<c>libssh.so.4</c>). Safe to use from any thread.</summary>
internal sealed class LibSshTransport(TimeProvider time) : ISshTransport
{
    private static readonly Lazy<bool> Loaded = new(() =>
        NativeLibrary.TryLoad(NativeMethods.Library, typeof(LibSshTransport).Assembly, searchPath: null, out _)
    );

    /// <summary>Loads the library.</summary>
    /// <param name="servers">The servers that need it.</param>
    /// <exception cref="NativeLibraryMissingException">The library is not installed.</exception>
    public static void EnsureLibrary(params IReadOnlyList<string> servers)
    {
        if (!Loaded.Value)
        {
            throw new NativeLibraryMissingException(
                NativeMethods.Library,
                "libssh-4",
                servers.Count > 0
                    ? $"'sshLibrary: libssh' of {string.Join(", ", servers)} needs it; 'sshLibrary: sshnet' needs no library"
                    : null
            );
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NativeLibraryMissingException">libssh is not installed.</exception>
    public async Task<ISshSession> ConnectAsync(SshConnectRequest request, CancellationToken cancellationToken)
    {
        EnsureLibrary();
        var server = $"{request.Host}:{request.Port}";
        var socket = await TcpConnection.OpenAsync(request.Host, request.Port, cancellationToken);
        SessionHandle? handle = null;
        try
        {
            handle = new SessionHandle();
            Handshake handshake = new(handle, socket, server);
            var hostKey = await handshake.ExchangeKeysAsync(request, cancellationToken);
            if (request.RefuseHostKey(hostKey) is { } why)
            {
                throw new SshConnectionException(SshFault.HostKey, why);
            }

            await new Authentication(handshake, request).RunAsync(cancellationToken);
            return new LibSshSession(handle, socket, hostKey, server, time);
        }
        catch
        {
            handle?.Dispose();
            socket.Dispose();
            throw;
        }
    }
}
