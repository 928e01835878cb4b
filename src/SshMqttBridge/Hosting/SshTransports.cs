using SshMqttBridge.Common;
using SshMqttBridge.Configuration;
using SshMqttBridge.Ssh;
using SshMqttBridge.Ssh.LibSsh;
using SshMqttBridge.Ssh.SshNet;

namespace SshMqttBridge.Hosting;

/// <summary>Picks a server's transport by its <see cref="ServerOptions.SshLibrary"/>.</summary>
internal static class SshTransports
{
    /// <summary>
    /// One transport for each library; libssh is looked for only when the first server that asks for it connects.
    /// </summary>
    public static SshTransportSource Create(TimeProvider time)
    {
        SshNetTransport sshNet = new(time);
        LibSshTransport libSsh = new(time);
        return server => server.SshLibrary == SshLibrary.LibSsh ? libSsh : sshNet;
    }

    /// <summary>Looks for libssh, if a server asks for it.</summary>
    /// <exception cref="NativeLibraryMissingException">It is not installed; the message names the servers that ask for
    /// it.</exception>
    public static void EnsureLibraries(IReadOnlyList<ServerOptions> servers)
    {
        IReadOnlyList<string> asking =
        [
            .. servers.Where(server => server.SshLibrary == SshLibrary.LibSsh).Select(server => server.Id),
        ];
        if (asking.Count > 0)
        {
            LibSshTransport.EnsureLibrary(asking);
        }
    }
}
