using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>A private SSH agent that the test process finds at <c>SSH_AUTH_SOCK</c> until this is disposed of.</summary>
internal sealed class SshAgent : IAsyncDisposable
{
    public const string Variable = "SSH_AUTH_SOCK";
    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    private SshAgent(TemporaryFolder folder, ChildProcess process)
    {
        _folder = folder;
        _process = process;
    }

    /// <param name="keys">Paths of private keys, without a passphrase, for it to hold.</param>
    public static async Task<SshAgent> StartAsync(params string[] keys)
    {
        TemporaryFolder folder = new();
        SshAgent agent = new(folder, await ChildProcess.StartAsync("ssh-agent", ["-D", "-a", folder["agent"]]));
        try
        {
            await Eventually.TrueAsync(() => AcceptsAsync(folder["agent"]), () => "ssh-agent does not start");
            Environment.SetEnvironmentVariable(Variable, folder["agent"]);
            foreach (var key in keys)
            {
                await ChildProcess.RunAsync("ssh-add", "-q", key);
            }

            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    /// <summary>Its socket is a file before it accepts connections.</summary>
    private static async Task<bool> AcceptsAsync(string file)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(file));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
