using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.LibSsh;
using SshMqttBridge.Ssh.SshNet;

namespace SshMqttBridge.Hosting;

/// <summary>Selects a server's transport by its <see cref="ServerOptions.SshLibrary"/>.</summary>
internal static class SshTransports
{
    /// <summary>
    /// Creates one transport for each library. libssh is loaded only when the first server that uses it connects.
    /// </summary>
    public static SshTransportSource Create(TimeProvider time)
    {
        SshNetTransport sshNet = new(time);
        LibSshTransport libSsh = new(time);
        return server => server.SshLibrary == SshLibrary.LibSsh ? libSsh : sshNet;
    }

    /// <summary>Checks that libssh is installed, if a server uses it.</summary>
    /// <exception cref="NativeLibraryMissingException">It is not installed; the message names the servers that use
    /// it.</exception>
    public static void EnsureLibraries(IReadOnlyList<ServerOptions> servers)
    {
        IReadOnlyList<string> users =
        [
            .. servers.Where(server => server.SshLibrary == SshLibrary.LibSsh).Select(server => server.Id),
        ];
        if (users.Count > 0)
        {
            LibSshTransport.EnsureLibrary(users);
        }
    }
}
