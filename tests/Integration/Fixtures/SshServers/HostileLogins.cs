using System.Globalization;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>Servers that keep a client busy before its login, each with a name: HostileLogins.py.</summary>
internal sealed class HostileLogins : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _process;

    private HostileLogins(TemporaryFolder folder, ChildProcess process)
    {
        _folder = folder;
        _process = process;
        Ports = Lines
            .Where(line => line.StartsWith("port ", StringComparison.Ordinal))
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[1], words => int.Parse(words[2], CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, int> Ports { get; }

    /// <summary>How often clients have connected to all of them.</summary>
    public int ConnectionCount => Ports.Keys.Sum(ConnectionCountOf);

    private string[] Lines => _process.Output.Split('\n');

    public static async Task<HostileLogins> StartAsync()
    {
        TemporaryFolder folder = new();
        var process = await ChildProcess.StartAsync(
            ScriptedSshServer.Python,
            [
                "-W",
                "ignore",
                Path.Combine(AppContext.BaseDirectory, "Fixtures/SshServers/HostileLogins.py"),
                await SshKeys.GenerateAsync(folder["host_key"]),
            ]
        );
        return await process.WaitForLineAsync(static line => line == "ready")
            ? new HostileLogins(folder, process)
            : throw new InvalidOperationException($"It ended at once: {process.Output}");
    }

    /// <summary>How often clients have connected to one of them.</summary>
    public int ConnectionCountOf(string name) => Lines.Count(line => line == name);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
