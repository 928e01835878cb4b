using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>
/// Free ports of the loopback interface, for servers that must know theirs before they start. The system gives none of them to a
/// socket that asks for any port: otherwise another test might have it before the server starts, or while it restarts.
/// </summary>
internal static class FreePort
{
    private const string EphemeralPortsFile = "/proc/sys/net/ipv4/ip_local_port_range";

    /// <summary>Browsers refuse to open some of the ports below.</summary>
    private const int First = 10_240;

    private const int FewestPorts = 5_000;

    private static readonly int End = FindEnd();

    /// <summary>Test programs that run at the same time begin at different ports.</summary>
    private static int _offset = Random.Shared.Next(End - First);

    /// <summary>A port that no earlier call has returned, unless there were thousands. Any thread.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _offset) % (uint)(End - First));
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }

    /// <summary>The first port that the system may give to any socket; if that leaves too few below it, they are not avoided.</summary>
    private static int FindEnd()
    {
        if (!File.Exists(EphemeralPortsFile))
        {
            return 32_768;
        }

        var first = int.Parse(File.ReadAllText(EphemeralPortsFile).Split()[0], CultureInfo.InvariantCulture);
        return first >= First + FewestPorts ? first : IPEndPoint.MaxPort + 1;
    }
}
