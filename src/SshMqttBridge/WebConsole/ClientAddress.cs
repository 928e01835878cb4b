using System.Net;
using System.Net.Sockets;

namespace SshMqttBridge.WebConsole;

/// <summary>What counts as one address.</summary>
internal static class ClientAddress
{
    /// <summary>An IPv6 host usually has all 2^64 addresses of its network (RFC 6177).</summary>
    public static string NameOf(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(plain))
        {
            return plain.ToString();
        }

        var bytes = plain.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }

    /// <summary>An IPv4 address in IPv6 form as IPv4.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
