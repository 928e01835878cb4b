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
        await Eventually.TrueAsync(() => File.Exists(folder["agent"]), "ssh-agent does not start");
        Environment.SetEnvironmentVariable(Variable, folder["agent"]);
        foreach (var key in keys)
        {
            await ChildProcess.RunAsync("ssh-add", "-q", key);
        }

        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
