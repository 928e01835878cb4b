using System.Net.Sockets;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// A connection of libssh to the SSH agent. libssh blocks until the agent answers, so it gets a separate thread, and
/// <see cref="Interrupt"/> ends the wait.
/// </summary>
internal sealed class AgentConnection : IDisposable
{
    private readonly Socket _socket;

    private AgentConnection(Socket socket) => _socket = socket;

    /// <returns>Null: there is no agent at <c>SSH_AUTH_SOCK</c>.</returns>
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
            // No agent listens there.
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

    /// <summary>Ends the connection, so that libssh stops waiting.</summary>
    public void Interrupt()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The agent has closed the connection already.
        }
    }

    public void Dispose() => _socket.Dispose();
}
