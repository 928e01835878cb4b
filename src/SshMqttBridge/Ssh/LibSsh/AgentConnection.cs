using System.Net.Sockets;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// A connection to the SSH agent that libssh talks over. It waits for the agent's answers by blocking; so it does on a thread of its
/// own, and <see cref="Interrupt"/> ends the waiting.
/// </summary>
internal sealed class AgentConnection : IDisposable
{
    private readonly Socket _socket;

    private AgentConnection(Socket socket) => _socket = socket;

    /// <returns>Null when there is no agent at <c>SSH_AUTH_SOCK</c>.</returns>
    public static async Task<AgentConnection?> OpenAsync(SessionHandle session, CancellationToken cancellationToken)
    {
        var path = Environment.GetEnvironmentVariable("SSH_AUTH_SOCK");
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            var descriptor = DescriptorMethods.Duplicate(socket);
            if (NativeMethods.SetAgentSocket(session, descriptor) == NativeMethods.Ok)
            {
                return new AgentConnection(socket);
            }

            DescriptorMethods.Close(descriptor);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // Nobody listens there: as good as no agent.
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return null;
    }

    /// <summary>Makes a call that waits for the agent.</summary>
    public static Task<int> CallAsync(Func<int> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Has libssh see the end of the connection, whatever it waits for.</summary>
    public void Interrupt()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The agent was faster.
        }
    }

    public void Dispose() => _socket.Dispose();
}
