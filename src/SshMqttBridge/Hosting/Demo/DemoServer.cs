using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SshMqttBridge.Hosting.Demo;

/// <summary>A private OpenSSH server on the loopback interface, where the user who runs the demo can log in with a key that is made for it. It ends with the demo, and all that runs in it.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private const int FirstPort = 12222;

    /// <summary>Debian's start script makes it, and sshd does not start as root without it.</summary>
    private const string FolderOfSshd = "/run/sshd";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly DemoFolder _folder;
    private bool _hasMadeFolderOfSshd;
    private Process? _process;

    private DemoServer(DemoFolder folder) => _folder = folder;

    public int Port { get; } = DemoPorts.FreeFrom(FirstPort);

    public string UserKey => _folder["user_key"];

    private string HostKey => _folder["host_key"];

    private string LogFile => _folder["sshd.log"];

    /// <summary>Returns when it answers.</summary>
    /// <exception cref="DemoException">It does not start.</exception>
    public static async Task<DemoServer> StartAsync(DemoPrograms programs, DemoFolder folder, CancellationToken cancellationToken)
    {
        DemoServer server = new(folder);
        try
        {
            await MakeKeyAsync(programs, server.HostKey, cancellationToken);
            await MakeKeyAsync(programs, server.UserKey, cancellationToken);
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

        if (_hasMadeFolderOfSshd)
        {
            Directory.Delete(FolderOfSshd);
        }
    }

    private static async Task MakeKeyAsync(DemoPrograms programs, string file, CancellationToken cancellationToken)
    {
        using var keygen = Start(programs.SshKeygen, "-q", "-t", "ed25519", "-N", "", "-C", "demo", "-f", file);
        await keygen.WaitForExitAsync(cancellationToken);
        if (keygen.ExitCode != 0)
        {
            throw new DemoException($"{programs.SshKeygen} could not make a key; see above.");
        }
    }

    private async Task LaunchAsync(DemoPrograms programs, CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess && !Directory.Exists(FolderOfSshd))
        {
            Directory.CreateDirectory(FolderOfSshd);
            _hasMadeFolderOfSshd = true;
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

    /// <summary>A password field that begins with '!' is a locked account for sshd, unless PAM is asked. Only root can read it, and only root's sshd does.</summary>
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

    /// <summary>Whether it sends its first line. That somebody listens would not be enough.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(StartTimeout);
            var banner = new byte[4];
            await client.GetStream().ReadExactlyAsync(banner, timeout.Token);
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
