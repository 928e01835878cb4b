using System.Text;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.Brokers;

/// <summary>
/// A real mosquitto on a port of the loopback interface, for one test or one class. Keeps its port over restarts.
/// </summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly StringBuilder _oldLogs = new();
    private MosquittoBrokerOptions _options = new();
    private ChildProcess? _process;

    private MosquittoBroker() { }

    public int Port { get; private set; }

    /// <summary>The process, while it runs.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("mosquitto is not running");

    public MosquittoBrokerOptions Options => _options;

    /// <summary>A folder for the test's own files, deleted with the broker.</summary>
    public string Folder => _folder.Path;

    public string AuthorityFile => _folder["ca.pem"];

    public string ClientCertificateFile => _folder["client.pem"];

    public string ClientKeyFile => _folder["client.key"];

    /// <summary>What it logged since the first start, for a failure's message.</summary>
    public string Log => _oldLogs + (_process?.Output ?? "");

    /// <summary>Prepares a broker and starts it.</summary>
    public static async Task<MosquittoBroker> StartNewAsync(MosquittoBrokerOptions? options = null)
    {
        var broker = await CreateAsync(options);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>Prepares a broker, which has its port already, and does not start it.</summary>
    public static async Task<MosquittoBroker> CreateAsync(MosquittoBrokerOptions? options = null)
    {
        var broker = new MosquittoBroker { _options = options ?? new(), Port = FreePort.Find() };
        await broker.WriteFilesAsync();
        return broker;
    }

    /// <summary>Returns when it accepts connections.</summary>
    public async Task StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            await ForgetAsync();
            await File.WriteAllTextAsync(_folder["mosquitto.conf"], Configuration());
            _process = await ChildProcess.StartAsync("mosquitto", ["-c", _folder["mosquitto.conf"]]);
            if (await _process.WaitForLineAsync(line => line.EndsWith(" running", StringComparison.Ordinal)))
            {
                return;
            }

            if (attempt == Attempts || !Log.Contains("Address already in use", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"mosquitto did not start: {Log}");
            }

            Port = FreePort.Find();
        }
    }

    /// <summary>Changes the options for the next start.</summary>
    public async Task ReconfigureAsync(MosquittoBrokerOptions options)
    {
        _options = options;
        await WriteFilesAsync();
    }

    /// <summary>Stops it in order: with persistence it saves what it has.</summary>
    public Task StopAsync() => EndAsync(ChildProcess.Terminate);

    /// <summary>Kills it with -9.</summary>
    public Task KillAsync() => EndAsync(ChildProcess.Kill);

    /// <summary>Makes it hang: connections stay, nothing is answered.</summary>
    public void Pause() => _process?.Signal(ChildProcess.Stop);

    public void Resume() => _process?.Signal(ChildProcess.Continue);

    /// <summary>Completes with the first line of the current run's log that contains the words.</summary>
    public async Task WaitForLogAsync(string words)
    {
        if (_process is null || !await _process.WaitForLineAsync(line => line.Contains(words, StringComparison.Ordinal)))
        {
            throw new InvalidOperationException($"mosquitto ended without logging '{words}': {Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ForgetAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    private async Task EndAsync(int signal)
    {
        if (_process is { } process)
        {
            process.Signal(signal);
            await process.WaitForExitAsync();
            await ForgetAsync();
        }
    }

    private async Task ForgetAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
            _oldLogs.AppendLine(process.Output);
        }
    }

    private async Task WriteFilesAsync()
    {
        if (_options.Tls && !File.Exists(AuthorityFile))
        {
            _authority.WriteAuthority(AuthorityFile);
            _authority.Issue(_folder["server.pem"], _folder["server.key"], [.. _options.TlsHostNames]);
            _authority.Issue(ClientCertificateFile, ClientKeyFile);
        }

        if (_options.Acl is { } acl)
        {
            await File.WriteAllTextAsync(_folder["acl"], acl);
        }

        if (_options.Passwords is { } passwords)
        {
            await File.WriteAllTextAsync(
                _folder["passwords"],
                string.Concat(passwords.Select(pair => $"{pair.Key}:{pair.Value}\n"))
            );
            await ChildProcess.RunAsync("mosquitto_passwd", "-U", _folder["passwords"]);
        }
    }

    private string Configuration()
    {
        var text = new StringBuilder();
        text.AppendLine($"user {Environment.UserName}");
        text.AppendLine("log_dest stderr");
        text.AppendLine("log_timestamp false");
        foreach (var type in new[] { "error", "warning", "notice", "information" })
        {
            text.AppendLine($"log_type {type}");
        }

        text.AppendLine("sys_interval 0");
        // A slow reader in a test must not lose messages. Not 0, without limit: Debian's 2.0.11 then closes a connection after
        // refusing a publish.
        text.AppendLine("max_queued_messages 1000000");
        text.AppendLine($"allow_anonymous {(_options.Passwords is null ? "true" : "false")}");
        Line("password_file", _options.Passwords is null ? null : _folder["passwords"]);
        Line("acl_file", _options.Acl is null ? null : _folder["acl"]);
        Line("max_packet_size", _options.MaximumPacketBytes);
        Line("message_size_limit", _options.MaximumPayloadBytes);
        if (_options.Persistence)
        {
            text.AppendLine("persistence true");
            Line("persistence_location", _folder.Path + "/");
        }

        text.AppendLine(_options.Extra);
        if (_options.WebSocket)
        {
            // Debian's 2.0.11 does not start with websockets alone.
            Line("listener 0", _folder["unused.sock"]);
        }

        text.AppendLine($"listener {Port} 127.0.0.1");
        Line("protocol", _options.WebSocket ? "websockets" : null);
        if (_options.Tls)
        {
            Line("cafile", AuthorityFile);
            Line("certfile", _folder["server.pem"]);
            Line("keyfile", _folder["server.key"]);
            Line("require_certificate", _options.TlsClientCertificate ? "true" : "false");
        }

        return text.ToString();

        void Line(string key, object? value)
        {
            if (value is not null)
            {
                text.AppendLine($"{key} {value}");
            }
        }
    }
}
