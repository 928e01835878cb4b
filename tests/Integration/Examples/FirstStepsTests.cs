using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>The first steps of docs/guide.md on one's own broker and server, typed line by line.</summary>
public sealed class FirstStepsTests : IClassFixture<BridgeWorld>, IDisposable
{
    private const string Broker = "192.0.2.5";
    private const string Server = "admin@192.0.2.10";

    private readonly BridgeWorld _world;
    private readonly TemporaryFolder _folder = new();
    private readonly List<ChildProcess> _inOtherTerminals = [];

    public FirstStepsTests(BridgeWorld world)
    {
        _world = world;
        Directory.CreateDirectory(
            _folder["home/.ssh"],
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        Directory.CreateDirectory(_folder["bin"]);
        File.CreateSymbolicLink(_folder["bin/SshMqttBridge"], BridgeProgram.Path);
    }

    public void Dispose() => _folder.Dispose();

    [ProgramFact("ssh-keygen", "mosquitto_sub", "mosquitto_pub")]
    public async Task Guide_GivenEachLineThatIsTyped_ShouldEndWithTheAnswerOfTheServer()
    {
        var steps = Steps().ToList();
        steps
            .Select(step => step.Line.Split(' ')[0])
            .ShouldBe([
                "ssh-keygen",
                "ssh-copy-id",
                "SshMqttBridge",
                "SshMqttBridge",
                "SshMqttBridge",
                "mosquitto_sub",
                "mosquitto_pub",
            ]);
        try
        {
            foreach (var (line, shown) in steps)
            {
                await TypeAsync(line, shown);
            }

            var watching = _inOtherTerminals[^1];
            (await watching.WaitForLineAsync(line => line == "ssh/nas/out Linux")).ShouldBeTrue(watching.Output);
        }
        finally
        {
            foreach (var terminal in _inOtherTerminals)
            {
                terminal.SignalAll(ChildProcess.Terminate);
                await terminal.DisposeAsync();
            }
        }
    }

    private async Task TypeAsync(string line, IReadOnlyList<string> shown)
    {
        switch (line.Split(' '))
        {
            case ["SshMqttBridge", "init", ..]:
                var answers = shown.Select(text => text[(text.LastIndexOf(": ", StringComparison.Ordinal) + 2)..]);
                await RunAsync($"{line} <<'END'\n{string.Join('\n', answers)}\nEND");
                break;
            case ["SshMqttBridge", "check", ..]:
                // The page shows what it prints, apart from the addresses of this test.
                (await RunAsync(line))
                    .Trim()
                    .ShouldBe(Here(string.Join('\n', shown)));
                break;
            case ["SshMqttBridge", "--config", ..]:
                var bridge = await StartAsync(line);
                (
                    await bridge.WaitForLineAsync(text => text.Contains("nas: connected to", StringComparison.Ordinal))
                ).ShouldBeTrue(bridge.Output);
                break;
            case ["mosquitto_sub", ..]:
                var watching = await StartAsync(line);
                (await watching.WaitForLineAsync(text => text == "ssh/nas/connection online")).ShouldBeTrue(watching.Output);
                break;
            default:
                await RunAsync(line);
                break;
        }
    }

    private Task<string> RunAsync(string line) => ChildProcess.RunAsync("bash", "-c", Script(line));

    private async Task<ChildProcess> StartAsync(string line)
    {
        var terminal = await ChildProcess.StartAsync("bash", ["-c", Script(line)]);
        _inOtherTerminals.Add(terminal);
        return terminal;
    }

    /// <summary>
    /// The line, in the folder and with the home of this test. The test has no password for ssh-copy-id to ask for, so it adds the key
    /// itself.
    /// </summary>
    private string Script(string line) =>
        $$"""
            cd '{{_folder.Path}}' && export HOME='{{_folder["home"]}}' PATH='{{_folder["bin"]}}':"$PATH" || exit
            ssh-copy-id() { [ "$1" = -i ] && [ "$3" = {{SshdServer.User}}@127.0.0.1 ] && cat "$2" >>'{{_world.Sshd.Folder[
                "authorized_keys"
            ]}}'; }
            {{Here(line)}}
            """;

    /// <summary>With the addresses of this test.</summary>
    private string Here(string text) =>
        text.Replace($"-h {Broker}", $"-h 127.0.0.1 -p {_world.Broker.Port}", StringComparison.Ordinal)
            .Replace($"{Broker}:1883", $"127.0.0.1:{_world.Broker.Port}", StringComparison.Ordinal)
            .Replace(Broker, $"127.0.0.1:{_world.Broker.Port}", StringComparison.Ordinal)
            .Replace($"{Server}:22", $"{SshdServer.User}@127.0.0.1:{_world.Sshd.Port}", StringComparison.Ordinal)
            .Replace($".pub {Server}", $".pub {SshdServer.User}@127.0.0.1", StringComparison.Ordinal)
            .Replace(Server, $"{SshdServer.User}@127.0.0.1:{_world.Sshd.Port}", StringComparison.Ordinal);

    /// <summary>What is typed after a prompt, and what the page shows below it.</summary>
    private static IEnumerable<(string Line, IReadOnlyList<string> Shown)> Steps()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "guide.md"));
        var section = page[page.IndexOf("For your own broker and server", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", StringComparison.Ordinal)];
        string? fence = null;
        List<string> lines = [];
        foreach (var line in section.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fence = fence is null ? line : null;
            }
            else if (fence == "```") // Other blocks, of YAML for example, have a language.
            {
                lines.Add(line);
            }
        }

        var typed = lines.Index().Where(line => line.Item.StartsWith("$ ", StringComparison.Ordinal)).ToList();
        foreach (var (step, next) in typed.Zip(typed.Skip(1).Select(line => line.Index).Append(lines.Count)))
        {
            yield return (step.Item[2..], lines[(step.Index + 1)..next]);
        }
    }
}
