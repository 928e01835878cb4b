using System.Net;
using System.Net.Sockets;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>A private OpenSSH server on a free port of the loopback interface, run as the user who runs the tests.</summary>
internal sealed class SshdServer : IAsyncDisposable
{
    // Making keys takes longer than most tests.
    private static readonly Lazy<Task<TemporaryFolder>> SharedHostKeys = new(MakeHostKeysAsync);

    private readonly TemporaryFolder _folder = new();
    private ChildProcess? _process;

    private SshdServer() { }

    /// <summary>The port stays the same when the server is started again.</summary>
    public int Port { get; } = FreePort.Find();

    /// <summary>The user who may log in.</summary>
    public static string User => Environment.UserName;

    /// <summary>The private key that is authorised from the start.</summary>
    public string Key => _folder["user_key"];

    /// <summary>Kept over restarts of the server, with <c>LogLevel DEBUG1</c>.</summary>
    public string Log => File.Exists(_folder["log"]) ? File.ReadAllText(_folder["log"]) : "";

    /// <summary>The listener, and all that descends from it.</summary>
    public IReadOnlyList<int> Processes => _process is { } process ? [process.Id, .. process.Descendants()] : [];

    /// <summary>A folder for the test's files, deleted with the server.</summary>
    public TemporaryFolder Folder => _folder;

    public static bool Installed => ChildProcess.FindProgram("sshd") is not null;

    /// <param name="configuration">More lines for sshd_config; the first value of an option counts, and these come first.</param>
    /// <param name="authorizedKeys">More lines for authorized_keys.</param>
    public static async Task<SshdServer> StartNewAsync(string configuration = "", params string[] authorizedKeys)
    {
        SshdServer server = new();
        try
        {
            await server.ConfigureAsync(configuration, authorizedKeys);
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static IReadOnlyList<string> HostKeyTypes { get; } = ["ed25519", "ecdsa", "rsa"];

    /// <summary>The path of a host key, of type <c>ed25519</c>, <c>rsa</c> or <c>ecdsa</c>.</summary>
    public string HostKey(string type) => _folder[$"host_{type}"];

    /// <summary>The fingerprint of a host key as ssh-keygen prints it.</summary>
    public async Task<string> FingerprintAsync(string type) =>
        (await ChildProcess.RunAsync("ssh-keygen", "-lf", HostKey(type) + ".pub")).Split(' ')[1];

    /// <summary>Generates unique host keys for the server; used from the next start on.</summary>
    public async Task ReplaceHostKeysAsync()
    {
        foreach (var type in HostKeyTypes)
        {
            File.Delete(HostKey(type));
            File.Delete(HostKey(type) + ".pub");
            await SshKeys.GenerateAsync(HostKey(type), type);
        }
    }

    public async Task StartAsync()
    {
        _process = await ChildProcess.StartAsync("sshd", ["-D", "-f", _folder["sshd_config"], "-E", _folder["log"]]);
        await Eventually.TrueAsync(
            async () =>
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException($"sshd ended at once: {_process.Output}\n{Log}");
                }

                return await HasBannerAsync();
            },
            () => $"sshd does not answer: {_process.Output}\n{Log}"
        );
    }

    /// <summary>Ends the listener and every session, in order.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            process.SignalAll(ChildProcess.Terminate);
            await process.WaitForExitAsync();
            await process.DisposeAsync();
            _process = null;
        }
    }

    /// <summary>Kills the listener and every session with -9; the commands in them too.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            await process.DisposeAsync();
            _process = null;
        }
    }

    /// <summary>
    /// Kills the listener and every session with -9, but not their commands, as when a daemon dies.
    /// </summary>
    public async Task KillDaemonsAsync()
    {
        if (_process is { } process)
        {
            // sshd, or sshd-session of newer versions.
            foreach (
                var daemon in process
                    .Descendants()
                    .Where(id => RemoteProcess.NameOf(id).StartsWith("sshd", StringComparison.Ordinal))
            )
            {
                ChildProcess.Signal(daemon, ChildProcess.Kill);
            }

            process.Signal(ChildProcess.Kill);
            await process.WaitForExitAsync();
            await process.DisposeAsync();
            _process = null;
        }
    }

    /// <summary>Ends the sessions; the listener continues.</summary>
    public void KillSessionDaemons()
    {
        // sshd, or sshd-session of newer versions.
        foreach (var session in _process!.Descendants())
        {
            if (RemoteProcess.NameOf(session).StartsWith("sshd", StringComparison.Ordinal))
            {
                ChildProcess.Signal(session, ChildProcess.Kill);
            }
        }
    }

    /// <summary>Kills the sessions with -9; the listener continues.</summary>
    public void KillSessions()
    {
        foreach (var session in _process!.Descendants())
        {
            ChildProcess.Signal(session, ChildProcess.Kill);
        }
    }

    /// <summary>
    /// Suspends the listener, the sessions and their commands: the connections stay open, nothing answers.
    /// </summary>
    public void Pause() => _process!.SignalAll(ChildProcess.Stop);

    public void Resume() => _process!.SignalAll(ChildProcess.Continue);

    /// <summary>How often the log contains this text.</summary>
    public int CountInLog(string text) => Log.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        KillCommands();
        _folder.Dispose();
    }

    // A command may outlive its session; all of them have this server's home in their environment.
    private void KillCommands()
    {
        var mark = $"HOME={_folder["home"]}\0";
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (
                    int.TryParse(Path.GetFileName(folder), out var id)
                    && File.ReadAllText($"{folder}/environ").Contains(mark, StringComparison.Ordinal)
                )
                {
                    ChildProcess.Signal(id, ChildProcess.Kill);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended, or belongs to another user.
            }
        }
    }

    private async Task ConfigureAsync(string configuration, string[] authorizedKeys)
    {
        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory("/run/sshd");
        }

        // Commands run with an empty home: the developer's .bashrc must not affect the tests.
        Directory.CreateDirectory(_folder["home"]);
        foreach (var file in Directory.EnumerateFiles((await SharedHostKeys.Value).Path))
        {
            File.Copy(file, _folder[Path.GetFileName(file)]);
        }

        await SshKeys.GenerateAsync(Key);
        _folder.Write("authorized_keys", string.Join('\n', [SshKeys.PublicKey(Key), .. authorizedKeys]) + "\n");

        // sshd reads the file as the user who logs in.
        _folder.Share("authorized_keys");
        _folder.Write(
            "sshd_config",
            $"""
            {configuration}
            ListenAddress 127.0.0.1
            Port {Port}
            HostKey {HostKey("ed25519")}
            HostKey {HostKey("ecdsa")}
            HostKey {HostKey("rsa")}
            AuthorizedKeysFile {_folder["authorized_keys"]}
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin yes
            MaxStartups 200:30:400
            PerSourceMaxStartups none
            LogLevel DEBUG1
            SetEnv HOME={_folder["home"]}
            PrintMotd no
            PrintLastLog no

            """
        );
    }

    private static async Task<TemporaryFolder> MakeHostKeysAsync()
    {
        TemporaryFolder folder = new();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        foreach (var type in HostKeyTypes)
        {
            await SshKeys.GenerateAsync(folder[$"host_{type}"], type);
        }

        return folder;
    }

    private async Task<bool> HasBannerAsync()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            var banner = new byte[4];
            return await socket.ReceiveAsync(banner) == 4 && banner.AsSpan().SequenceEqual("SSH-"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
