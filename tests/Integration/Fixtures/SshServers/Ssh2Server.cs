using System.Globalization;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>
/// tests/Ssh2Server, an SSH server in JavaScript with all its connections in one process; scripts/test installs what it needs.
/// sh runs the commands; signals have no effect.
/// </summary>
internal sealed class Ssh2Server : IAsyncDisposable
{
    public const string User = "js";
    public const string Password = "unused";

    private static readonly string Directory = Path.Combine(Repository.Root, "tests/Ssh2Server");
    private readonly TemporaryFolder _folder = new();
    private ChildProcess? _process;

    private Ssh2Server() { }

    /// <summary>Why it is not available; null if it is.</summary>
    public static string? Obstacle { get; } =
        ChildProcess.FindProgram("node") is not null && File.Exists(Path.Combine(Directory, "node_modules/ssh2/package.json"))
            ? null
            : "needs Node.js, and ssh2 from npm: npm ci --ignore-scripts in tests/Ssh2Server";

    public int Port { get; private set; }

    /// <summary>What clients sent: <c>ran COMMAND</c>, <c>… GLOBAL_REQUEST (NAME)</c>.</summary>
    public IReadOnlyList<string> Log => _process!.Output.Split('\n')[1..];

    /// <summary>The first lines of the commands that it ran.</summary>
    public IEnumerable<string> Commands =>
        Log.Where(line => line.StartsWith("ran ", StringComparison.Ordinal)).Select(line => line["ran ".Length..]);

    /// <summary>How many global requests of that name it has received.</summary>
    public int RequestsOf(string name) => Log.Count(line => line.EndsWith($" GLOBAL_REQUEST ({name})", StringComparison.Ordinal));

    public static async Task<Ssh2Server> StartAsync()
    {
        Ssh2Server server = new();
        try
        {
            var key = await SshKeys.GenerateAsync(server._folder["host_key"]);
            var process = await ChildProcess.StartAsync("node", [Path.Combine(Directory, "server.js"), key, User, Password]);
            server._process = process;
            if (!await process.WaitForLineAsync(line => line.StartsWith("port ", StringComparison.Ordinal)))
            {
                throw new InvalidOperationException($"The SSH server did not start: {process.Output}");
            }

            server.Port = int.Parse(process.Output.Split('\n')[0]["port ".Length..], CultureInfo.InvariantCulture);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }
}
