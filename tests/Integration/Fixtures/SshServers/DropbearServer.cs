using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>
/// A private Dropbear, the SSH server of small devices. It takes passwords: tests make a <see cref="TemporaryUser"/> for it.
/// </summary>
internal sealed class DropbearServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;

    private DropbearServer(TemporaryFolder folder, ChildProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static async Task<DropbearServer> StartAsync()
    {
        TemporaryFolder folder = new();
        var port = FreePort.Find();
        await ChildProcess.RunAsync("dropbearkey", "-t", "ed25519", "-f", folder["host"]);
        var process = await ChildProcess.StartAsync(
            "dropbear",
            ["-F", "-E", "-p", $"127.0.0.1:{port}", "-r", folder["host"], "-P", folder["pid"]]
        );
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    using TcpClient client = new();
                    await client.ConnectAsync("127.0.0.1", port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            () => $"dropbear does not answer: {process.Output}"
        );
        return new DropbearServer(folder, process, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
