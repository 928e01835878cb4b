using System.Net;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// The allowed values of the Host header. A foreign page can make its own name resolve to this machine, and then has the same
/// origin as the console (DNS rebinding); but its host is never an IP address or a name of this machine.
/// </summary>
/// <param name="configured">Names from the configuration.</param>
/// <param name="machine">The machine's own name.</param>
internal sealed class ConsoleHosts(IReadOnlyList<string> configured, string machine)
{
    private readonly HashSet<string> _names = new(
        [.. configured, "localhost", machine, machine + ".local"],
        StringComparer.OrdinalIgnoreCase
    );

    /// <param name="host">The host of a Host header, without the port; an IPv6 address is in brackets.</param>
    public bool Allows(string host) =>
        host is ['[', .. var inner, ']']
            ? IPAddress.TryParse(inner, out _)
            : host.Length > 0 && (_names.Contains(host) || IPAddress.TryParse(host, out _));
}
