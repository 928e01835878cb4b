using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SshMqttBridge.Common;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>
/// A private OpenSSH server on the loopback interface, with a generated key for the user who runs the demo. Disposing it also
/// kills the commands that it runs.
/// </summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private const int FirstPort = 12222;

    /// <summary>Debian's init script creates it; sshd does not start as root without it.</summary>
    private const string SshdFolder = "/run/sshd";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly DemoFolder _folder;
    private bool _hasCreatedSshdFolder;
    private Process? _process;

    private DemoServer(DemoFolder folder) => _folder = folder;

    public int Port { get; } = DemoPorts.FreeFrom(FirstPort);

    public string UserKey => _folder["user_key"];

    private string HostKey => _folder["host_key"];

    private string LogFile => _folder["sshd.log"];

    /// <summary>Starts the server, and returns when it accepts connections.</summary>
    /// <exception cref="DemoException">The server does not start.</exception>
    public static async Task<DemoServer> StartAsync(DemoPrograms programs, DemoFolder folder, CancellationToken cancellationToken)
    {
        DemoServer server = new(folder);
        try
        {
            await GenerateKeyAsync(programs, server.HostKey, cancellationToken);
            await GenerateKeyAsync(programs, server.UserKey, cancellationToken);
            await server.LaunchAsync(programs, cancellationToken);
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
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (_hasCreatedSshdFolder)
        {
            Directory.Delete(SshdFolder);
        }
    }

    private static async Task GenerateKeyAsync(DemoPrograms programs, string file, CancellationToken cancellationToken)
    {
        using var keygen = Start(programs.SshKeygen, "-q", "-t", "ed25519", "-N", "", "-C", "demo", "-f", file);
        await keygen.WaitForExitAsync(cancellationToken);
        if (keygen.ExitCode != 0)
        {
            throw new DemoException($"{programs.SshKeygen} could not generate a key; see above.");
        }
    }

    private async Task LaunchAsync(DemoPrograms programs, CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess && !Directory.Exists(SshdFolder))
        {
            Directory.CreateDirectory(SshdFolder);
            _hasCreatedSshdFolder = true;
        }

        await File.WriteAllTextAsync(_folder["sshd_config"], Configuration(), cancellationToken);
        _process = Start(programs.Sshd, "-D", "-E", LogFile, "-f", _folder["sshd_config"]);
        var start = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(cancellationToken))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > StartTimeout)
            {
                var log = File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile, cancellationToken) : "";
                throw new DemoException($"The demo's SSH server does not start. {log}".Trim());
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    private string Configuration() =>
        $"""
            ListenAddress 127.0.0.1
            Port {Port}
            HostKey "{HostKey}"
            AuthorizedKeysFile "{UserKey}.pub"
            AllowUsers {Environment.UserName}
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            StrictModes no
            UsePAM {(IsLocked() ? "yes" : "no")}
            PidFile none

            """;

    /// <summary>
    /// Whether the user's password field begins with '!': sshd without PAM treats the account as locked. Only root can read the
    /// file, and only root's sshd does.
    /// </summary>
    private static bool IsLocked()
    {
        try
        {
            return File.ReadLines("/etc/shadow")
                .Any(line => line.StartsWith($"{Environment.UserName}:!", StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether the server sends its identification: an open port is not sufficient.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            using Deadline deadline = new(StartTimeout, TimeProvider.System, cancellationToken);
            var banner = new byte[4];
            await client.GetStream().ReadExactlyAsync(banner, deadline.Token);
            return Encoding.ASCII.GetString(banner) == "SSH-";
        }
        catch (Exception exception)
            when (exception is SocketException or IOException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return false;
        }
    }

    private static Process Start(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { UseShellExecute = false, RedirectStandardInput = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new DemoException($"{program} cannot be started: {exception.Message}", exception);
        }
    }
}
