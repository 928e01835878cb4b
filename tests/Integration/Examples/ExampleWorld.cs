using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>
/// A broker, a bridge, and an SSH server behind a link, on which <c>reboot</c> and <c>vbetool</c> only record that they were
/// called. The programs of examples/shell find them as those of a user do.
/// </summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync of IAsyncLifetime
public sealed class ExampleWorld : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly TemporaryFolder _folder = new();
    private string _programs = Examples;
    private int _taken;

    public MosquittoBroker Broker { get; private set; } = null!;

    internal SshdServer Sshd { get; private set; } = null!;

    internal FaultProxy Link { get; private set; } = null!;

    internal BridgeHost Bridge { get; private set; } = null!;

    /// <summary>The folder of the examples in the repository.</summary>
    public static string Examples { get; } = Path.Combine(Repository.Root, "examples", "shell");

    /// <summary>The recorded calls since the last query, one line each.</summary>
    public IReadOnlyList<string> TakeRecords()
    {
        var file = _folder["records"];
        var lines = File.Exists(file) ? File.ReadAllLines(file)[_taken..] : [];
        _taken += lines.Length;
        return lines;
    }

    public async Task InitializeAsync()
    {
        Record("sudo", "exec \"$@\"");
        Record("reboot", $". {_folder["reboot"]}");
        Record("vbetool", "");
        _folder.Write("reboot", "");
        Broker = await MosquittoBroker.StartNewAsync();
        Sshd = await SshdServer.StartNewAsync(
            $"ForceCommand PATH={_folder["bin"]}:$PATH; export PATH; cd && eval \"$SSH_ORIGINAL_COMMAND\""
        );
        Link = new FaultProxy(Sshd.Port);
        Bridge = await BridgeHost.StartNewAsync(
            new BridgeYaml(Broker.Port)
                .Server(
                    "nas",
                    Sshd,
                    $"port: {Link.Port}",
                    "actions: {restart: {command: 'echo \"restarting $service\"; test nginx = \"$service\"', parameters: {service: text}}}"
                )
                .Server("htpc", Sshd),
            Broker
        );
        // The options of all clients of mosquitto, as a user keeps them.
        foreach (var client in (string[])["mosquitto_pub", "mosquitto_sub", "mosquitto_rr"])
        {
            _folder.Write($".config/{client}", $"-h 127.0.0.1\n-p {Broker.Port}\n");
        }

        await Bridge["nas"].IsAsync("connection", "online");
    }

    public async Task DisposeAsync()
    {
        await Bridge.DisposeAsync();
        await Link.DisposeAsync();
        await Sshd.DisposeAsync();
        await Broker.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>From now on <c>ssh-mqtt</c> is the program, not the script.</summary>
    internal void UseClient()
    {
        _programs = _folder["programs"];
        Directory.CreateDirectory(_programs);
        File.Delete(Path.Combine(_programs, "ssh-mqtt"));
        File.CreateSymbolicLink(Path.Combine(_programs, "ssh-mqtt"), BridgeProgram.Path);
    }

    /// <summary>What the recorder of <c>reboot</c> does: a line of shell.</summary>
    public void OnReboot(string line) => _folder.Write("reboot", line);

    /// <summary>Runs a program of the examples, or any other, to its end.</summary>
    /// <param name="input">Null: nothing is piped in, as in cron.</param>
    internal async Task<ExampleEnd> RunAsync(string program, string[] arguments, string? input = null)
    {
        await using var run = await StartAsync(program, arguments, input);
        return await run.EndAsync();
    }

    /// <summary>Starts a program of the examples.</summary>
    internal Task<ExampleRun> StartAsync(string program, string[] arguments, string? input = null) =>
        ExampleRun.StartAsync(
            program,
            arguments,
            input,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["PATH"] = $"{_programs}:{Examples}:{Environment.GetEnvironmentVariable("PATH")}",
                ["XDG_CONFIG_HOME"] = _folder[".config"],
                ["HOME"] = _folder.Path,
            }
        );

    private void Record(string name, string then)
    {
        var file = _folder.Write($"bin/{name}", $"#!/bin/sh\necho \"{name} $*\" >>{_folder["records"]}\n{then}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
