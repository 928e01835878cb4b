using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>Ports of the loopback interface.</summary>
internal static class DemoPorts
{
    private const int Attempts = 100;

    /// <summary>The first one from here on at which nobody listens. Somebody else may take it the next moment.</summary>
    /// <exception cref="DemoException">There is none among the next hundred.</exception>
    public static int FreeFrom(int first) =>
        Enumerable.Range(first, Attempts).Cast<int?>().FirstOrDefault(port => IsFree(port!.Value))
        ?? throw new DemoException($"None of the ports {first} to {first + Attempts - 1} is free.");

    private static bool IsFree(int port)
    {
        using TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
