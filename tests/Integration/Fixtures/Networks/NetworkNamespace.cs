using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Networks;

/// <summary>
/// A network of a test's own, joined to the machine's by one cable whose packets can be dropped. Needs root and iptables.
/// </summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private static int s_last;
    private readonly string _name = $"smb{Environment.ProcessId % 100_000}n{Interlocked.Increment(ref s_last)}";

    // 198.18.0.0/15 is set aside for tests of networks.
    private readonly string _net = $"198.19.{Environment.ProcessId % 250}.{4 * (s_last % 60)}";

    private NetworkNamespace() { }

    /// <summary>The machine's address as seen from inside.</summary>
    public string Outside => Address(1);

    /// <summary>What starts a program inside, in its own place.</summary>
    public IReadOnlyList<string> Wrapper => ["ip", "netns", "exec", _name];

    public static async Task<NetworkNamespace> CreateAsync()
    {
        NetworkNamespace network = new();
        try
        {
            await IpAsync("netns", "add", network._name);
            await IpAsync("link", "add", network._name, "type", "veth", "peer", "name", "cable", "netns", network._name);
            await IpAsync("addr", "add", $"{network.Address(1)}/30", "dev", network._name);
            await IpAsync("link", "set", network._name, "up");
            await IpAsync("-n", network._name, "addr", "add", $"{network.Address(2)}/30", "dev", "cable");
            await IpAsync("-n", network._name, "link", "set", "cable", "up");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on all packets are dropped silently, in both directions.</summary>
    public async Task DropAsync()
    {
        await InsideAsync("iptables", "-A", "INPUT", "-j", "DROP");
        await InsideAsync("iptables", "-A", "OUTPUT", "-j", "DROP");
    }

    /// <summary>The same, only on the connections to this port of the machine.</summary>
    public async Task DropAsync(int port)
    {
        var number = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await InsideAsync("iptables", "-A", "INPUT", "-p", "tcp", "--sport", number, "-j", "DROP");
        await InsideAsync("iptables", "-A", "OUTPUT", "-p", "tcp", "--dport", number, "-j", "DROP");
    }

    public Task MendAsync() => InsideAsync("iptables", "-F");

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Deleting the inner end deletes the cable.
            await IpAsync("netns", "del", _name);
        }
        catch (InvalidOperationException)
        {
            // It was not created.
        }
    }

    private string Address(int host)
    {
        var dot = _net.LastIndexOf('.');
        return $"{_net[..dot]}.{int.Parse(_net[(dot + 1)..], System.Globalization.CultureInfo.InvariantCulture) + host}";
    }

    private static Task<string> IpAsync(params string[] arguments) => ChildProcess.RunAsync("ip", arguments);

    private Task<string> InsideAsync(params string[] command) => IpAsync(["netns", "exec", _name, .. command]);
}
