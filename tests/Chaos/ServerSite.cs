using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Chaos;

/// <summary>
/// An SSH server, the link to it, and what commands did there. The server is this machine, so the run can inspect it.
/// </summary>
internal sealed class ServerSite : IAsyncDisposable
{
    private ServerSite(int number, SshdServer sshd, int seed)
    {
        Number = number;
        Sshd = sshd;
        Link = new FaultProxy(sshd.Port, seed + number + 1);
        Directory.CreateDirectory(Folder);
    }

    public int Number { get; }

    public string Id => IdOf(Number);

    public SshdServer Sshd { get; }

    public FaultProxy Link { get; }

    /// <summary>Each command first writes its id to this file.</summary>
    public string RanFile => Path.Combine(Folder, "ran");

    /// <summary>The folder of transferred files.</summary>
    public string Folder => Sshd.Folder["site"];

    public static string IdOf(int number) => $"s{number}";

    /// <param name="number">Of the server.</param>
    /// <param name="seed">For the faults of its link.</param>
    /// <param name="settings">Lines of sshd_config.</param>
    /// <param name="authorizedKeys">More lines of authorized_keys.</param>
    public static async Task<ServerSite> StartAsync(
        int number,
        int seed,
        string settings = "LogLevel ERROR",
        params string[] authorizedKeys
    ) => new(number, await SshdServer.StartNewAsync(settings, authorizedKeys), seed);

    /// <summary>How often each command ran.</summary>
    public IReadOnlyDictionary<string, int> Ran() =>
        File.Exists(RanFile)
            ? File.ReadAllLines(RanFile).GroupBy(id => id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count())
            : new Dictionary<string, int>();

    public async ValueTask DisposeAsync()
    {
        await Link.DisposeAsync();
        await Sshd.DisposeAsync();
    }
}
