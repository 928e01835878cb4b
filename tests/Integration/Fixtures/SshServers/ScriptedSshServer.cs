using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>
/// An SSH server for cases that OpenSSH cannot produce, selected by the user name: <c>expired</c>, <c>echoing</c>,
/// <c>several</c> to ask for. Let in without are
/// <c>free</c>, where a command ends without an exit status; <c>single</c>, with one session for each connection, and
/// <c>hangup</c>, which also disconnects after each command; <c>mute</c>, which answers no global request, and
/// <c>unimplemented</c>, which answers them with SSH_MSG_UNIMPLEMENTED. Without a shell are <c>router</c>, <c>statusless</c>,
/// which returns no exit status, and <c>picky</c>, which refuses every other request: they know only <c>scp -t name</c> and
/// <c>scp -f name</c>. <c>bare</c> knows not even those, and <c>noexec</c> refuses all. <c>windows</c>
/// has cmd.exe as its shell. <c>hostile NAME</c> sends the channel messages of that name in HostileChannels.py.
/// </summary>
internal sealed class ScriptedSshServer : IAsyncDisposable
{
    // Debian's packages belong to Debian's Python.
    public const string Python = "/usr/bin/python3";

    private static readonly Lazy<string?> s_obstacle = new(FindObstacle);
    private readonly TemporaryFolder _folder = new();
    private ChildProcess? _process;

    private ScriptedSshServer() { }

    public int Port { get; private set; }

    /// <summary>What clients sent, in its words.</summary>
    public IReadOnlyList<string> Log => _process!.Output.Split('\n')[1..];

    /// <summary>Why it is not available; null if it is.</summary>
    public static string? Obstacle => s_obstacle.Value;

    /// <param name="announcesStrictKeyExchange">False: like servers before the Terrapin attack was known.</param>
    /// <param name="software">The name in its identification string.</param>
    public static async Task<ScriptedSshServer> StartAsync(
        bool announcesStrictKeyExchange = true,
        string software = "AsyncSSH_scripted"
    )
    {
        ScriptedSshServer server = new();
        try
        {
            var key = await SshKeys.GenerateAsync(server._folder["host_key"]);
            var process = await ChildProcess.StartAsync(
                Python,
                [
                    "-W",
                    "ignore",
                    Path.Combine(AppContext.BaseDirectory, "Fixtures/SshServers/ScriptedSshServer.py"),
                    key,
                    software,
                    .. announcesStrictKeyExchange ? Array.Empty<string>() : ["lenient"],
                ]
            );
            server._process = process;
            await Eventually.TrueAsync(
                () =>
                    process.HasExited
                        ? throw new InvalidOperationException($"It ended at once: {process.Output}")
                        : process.Output.StartsWith("port ", StringComparison.Ordinal),
                "the scripted SSH server does not start"
            );
            server.Port = int.Parse(
                process.Output.Split('\n')[0]["port ".Length..],
                System.Globalization.CultureInfo.InvariantCulture
            );
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
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static string? FindObstacle()
    {
        try
        {
            ChildProcess.RunAsync(Python, "-c", "import asyncssh").GetAwaiter().GetResult();
            return null;
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or FileNotFoundException or System.ComponentModel.Win32Exception)
        {
            return "needs the Debian package python3-asyncssh";
        }
    }
}
