using System.Net;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Under which names the console may be asked for. A page of a stranger's can make its own name point at this machine and then counts as of the same origin as the
/// console (DNS rebinding); what it cannot have is an address, or a name that is this machine's.
/// </summary>
/// <param name="configured">Names from the configuration.</param>
/// <param name="machine">The machine's own name.</param>
internal sealed class ConsoleHosts(IReadOnlyList<string> configured, string machine)
{
    private readonly HashSet<string> _names = new(
        [.. configured, "localhost", machine, machine + ".local"],
        StringComparer.OrdinalIgnoreCase
    );

    /// <param name="host">The host of a Host header, without its port; an IPv6 address has brackets.</param>
    public bool Allows(string host) =>
        host is ['[', .. var inner, ']']
            ? IPAddress.TryParse(inner, out _)
            : host.Length > 0 && (_names.Contains(host) || IPAddress.TryParse(host, out _));
}
