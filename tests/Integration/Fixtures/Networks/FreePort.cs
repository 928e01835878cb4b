using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

internal static class FreePort
{
    /// <summary>A free port of the loopback interface; the system does not assign it again soon.</summary>
    public static int Find()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Different free ports, for processes that must know each other's ports before they start.</summary>
    public static int[] Find(int count)
    {
        HashSet<int> ports = [];
        while (ports.Count < count)
        {
            ports.Add(Find());
        }

        return [.. ports];
    }
}
