using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>Ports of the loopback interface.</summary>
internal static class DemoPorts
{
    private const int Attempts = 100;

    /// <summary>Finds the first free port from here on. Another process may take it before it is used.</summary>
    /// <exception cref="DemoException">None of the next hundred ports is free.</exception>
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
