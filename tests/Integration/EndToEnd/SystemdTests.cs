using System.Net.Sockets;
using System.Text;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>What the program tells systemd (sd_notify(3)), which this test plays.</summary>
public sealed class SystemdTests(BridgeWorld world) : IClassFixture<BridgeWorld>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public void Dispose()
    {
        _systemd.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Notify_GivenStartReloadAndStop_ShouldTellEach()
    {
        var path = _folder["notify"];
        _systemd.Bind(new UnixDomainSocketEndPoint(path));
        // A watchdog of 0.4 s, so that it is fed soon.
        await using var bridge = await BridgeHost.CreateAsync(world.Nas(), world.Broker);
        bridge.Wrapper = ["env", $"NOTIFY_SOCKET={path}", "WATCHDOG_USEC=400000"];

        await bridge.LaunchAsync();

        // In any order: the servers may be online before all services have started.
        await SeenAsync("READY=1", "STATUS=connected to the broker; 1 of 1 servers online", "WATCHDOG=1");
        bridge.Process.Signal(ChildProcess.HangUp);
        await SeenAsync("RELOADING=1\nMONOTONIC_USEC=");
        await SeenAsync("READY=1");
        // Its services stop and start again, but not the program.
        bridge.Configure(world.Nas().Top("group: {instance: pi}"));
        bridge.Process.Signal(ChildProcess.HangUp);
        await SeenAsync("RELOADING=1\nMONOTONIC_USEC=");
        (await SeenAsync("READY=1")).ShouldNotContain("STOPPING=1");
        bridge.Process.Signal(ChildProcess.Terminate);
        await SeenAsync("STOPPING=1");
        (await bridge.WaitForExitAsync()).ShouldBe(0);
    }

    /// <summary>Reads until a message with each of these beginnings has arrived. There may be others, of the watchdog for example.</summary>
    /// <returns>All that have arrived.</returns>
    private async Task<IReadOnlyList<string>> SeenAsync(params string[] beginnings)
    {
        List<string> seen = [];
        using CancellationTokenSource limit = new(Patience);
        var buffer = new byte[4096];
        var missing = beginnings.ToList();
        while (missing.Count > 0)
        {
            var state = Encoding.UTF8.GetString(buffer, 0, await _systemd.ReceiveAsync(buffer, SocketFlags.None, limit.Token));
            seen.Add(state);
            missing.RemoveAll(beginning => state.StartsWith(beginning, StringComparison.Ordinal));
        }

        return seen;
    }
}
