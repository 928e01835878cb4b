using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>The program under the name <c>ssh-mqtt</c>, and what only the program can do.</summary>
public sealed class SshMqttClientTests : SshMqttTests
{
    public SshMqttClientTests(ExampleWorld world)
        : base(world) => world.UseClient();

    [Fact]
    public async Task Client_GivenTheProgramsOwnName_ShouldRunTheCommand()
    {
        var end = await World.RunAsync(BridgeProgram.Path, ["client", "run", "-n", "nas", "echo hello"]);

        end.ShouldBe(new ExampleEnd(0, "hello\n", ""));
    }

    [Fact]
    public async Task Servers_GivenABridge_ShouldListThem()
    {
        await World.Bridge["nas"].IsAsync("connection", "online");
        await World.Bridge["htpc"].IsAsync("connection", "online");

        await Eventually.TrueAsync(
            async () => await World.RunAsync("ssh-mqtt", ["servers"]) == new ExampleEnd(0, "htpc  online\nnas   online\n", ""),
            () => "it does not list both as online"
        );
    }

    [Fact]
    public async Task Actions_GivenAServer_ShouldListThem()
    {
        var end = await World.RunAsync("ssh-mqtt", ["actions", "nas"]);
        var none = await World.RunAsync("ssh-mqtt", ["actions", "nix"]);

        end.ShouldBe(new ExampleEnd(0, "restart  restart  service=text\n", ""));
        none.ShouldBe(new ExampleEnd(125, "", "ssh-mqtt: There is no server 'nix'\n"));
    }

    [Fact]
    public async Task Run_GivenTheConfigurationOfTheBridge_ShouldFindItsBroker()
    {
        var configuration = World.Bridge.ConfigurationFile;
        string[] command = ["-c", "SSH_MQTT_OPTIONS='-p 1' ssh-mqtt --config \"$0\" run -n nas echo hello", configuration];

        (await World.RunAsync("sh", command)).ShouldBe(new ExampleEnd(0, "hello\n", ""));
    }

    [Fact]
    public async Task Run_GivenOptionsOfTheEnvironment_ShouldOverrideTheFile()
    {
        var end = await World.RunAsync("sh", ["-c", "SSH_MQTT_OPTIONS='-h 127.0.0.1 -p 1' ssh-mqtt run -n nas true"]);

        end.Status.ShouldBe(69);
        end.Err.ShouldStartWith("ssh-mqtt: no bridge at this broker: 127.0.0.1:1: Connection refused");
    }

    [Fact]
    public async Task Run_GivenACommandThatRuns_ShouldShowItsOutputAtOnce()
    {
        // The command waits until its first line has been read: without live output, until its timeout.
        var read = World.Sshd.Folder[$"read-{Guid.NewGuid():N}"];
        var script =
            $"ssh-mqtt run -n nas 'echo one; until [ -e {read} ]; do sleep 0.05; done; echo two; echo oops >&2' "
            + $"| {{ read -r first && touch {read} && echo \"$first\"; cat; }}";

        (await World.RunAsync("sh", ["-c", script])).ShouldBe(new ExampleEnd(0, "one\ntwo\n", "oops\n"));
    }

    [Fact]
    public async Task Run_GivenNoLive_ShouldShowTheOutputAtTheEnd()
    {
        var end = await World.RunAsync("ssh-mqtt", ["run", "--no-live", "-n", "nas", "echo one; sleep 0.2; echo two"]);

        end.ShouldBe(new ExampleEnd(0, "one\ntwo\n", ""));
    }

    [Fact]
    public async Task Run_GivenAnUnknownOptionForTheBroker_ShouldNameIt()
    {
        var end = await World.RunAsync("sh", ["-c", "SSH_MQTT_OPTIONS='-L mqtt://broker' ssh-mqtt run -n nas true"]);

        end.Status.ShouldBe(64);
        end.Err.ShouldStartWith("ssh-mqtt: SSH_MQTT_OPTIONS: unknown option '-L'. Valid options: -h, ");
    }

    [ProgramFact("shellcheck")]
    public async Task Completion_GivenShellcheck_ShouldHaveNoFindings()
    {
        var script = await World.RunAsync("ssh-mqtt", ["completion", "bash"]);

        (await World.RunAsync("shellcheck", ["-s", "bash", "-"], script.Out)).ShouldBe(new ExampleEnd(0, "", ""));
    }

    [ProgramTheory("bash")]
    [InlineData("", "run action get put servers actions completion")]
    [InlineData("run n", "nas")]
    [InlineData("run -t 5 ", "htpc nas")]
    [InlineData("action nas ", "restart")]
    [InlineData("run nas ", "")]
    public async Task Completion_GivenBash_ShouldCompleteServersAndActions(string line, string words)
    {
        const string script =
            "eval \"$(ssh-mqtt completion bash)\"; IFS=' ' read -ra COMP_WORDS <<<\"ssh-mqtt $1x\"; "
            + "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_WORDS[COMP_CWORD]=${COMP_WORDS[COMP_CWORD]%x}; _ssh_mqtt; echo \"${COMPREPLY[*]}\"";

        (await World.RunAsync("bash", ["-c", script, "bash", line])).ShouldBe(new ExampleEnd(0, words + "\n", ""));
    }

    [ProgramTheory("zsh")]
    [InlineData("", "run action get put servers actions completion")]
    [InlineData("run n", "htpc nas")]
    [InlineData("run -t 5 ", "htpc nas")]
    [InlineData("action nas ", "restart")]
    [InlineData("run nas ", "")]
    public async Task Completion_GivenZsh_ShouldCompleteServersAndActions(string line, string words)
    {
        // zsh itself selects the words that match what has been typed so far.
        const string script =
            "compdef() { : }; compadd() { shift; print -r -- $* }; eval \"$(ssh-mqtt completion zsh)\"; "
            + "words=(ssh-mqtt ${(s: :)1} ''); CURRENT=${#words}; [[ -z $1 || $1 == *' ' ]] || ((CURRENT -= 1)); _ssh-mqtt";

        (await World.RunAsync("zsh", ["-fc", script, "zsh", line])).ShouldBe(new ExampleEnd(0, words + "\n", ""));
    }

    [ProgramTheory("zsh")]
    [InlineData("ssh-mqtt run n", "ssh-mqtt run nas ")]
    [InlineData("ssh-mqtt action nas r", "ssh-mqtt action nas restart ")]
    [InlineData("SshMqttBridge che", "SshMqttBridge check ")]
    [InlineData("SshMqttBridge check --conn", "SshMqttBridge check --connect ")]
    public async Task Completion_GivenATerminalWithZsh_ShouldCompleteTheLine(string line, string completed)
    {
        var script = Path.Combine(Repository.Root, "tests", "Integration", "Examples", "complete.zsh");

        var end = await World.RunAsync("zsh", ["-f", script, BridgeProgram.Path, line]);

        end.Out.ShouldBe(completed + "\n", end.Err);
    }

    [ProgramFact("shellcheck")]
    public async Task ProgramsCompletion_GivenShellcheck_ShouldHaveNoFindings()
    {
        var script = await World.RunAsync(BridgeProgram.Path, ["completion", "bash"]);

        (await World.RunAsync("shellcheck", ["-s", "bash", "-"], script.Out)).ShouldBe(new ExampleEnd(0, "", ""));
    }

    [ProgramTheory("bash")]
    [InlineData("che", "check")]
    [InlineData("check --conn", "--connect")]
    [InlineData("--config x history --l", "--last")]
    [InlineData("completion ", "bash zsh fish --help --config")]
    [InlineData("demo --port ", "")]
    public async Task ProgramsCompletion_GivenBash_ShouldCompleteVerbsAndOptions(string line, string words)
    {
        const string script =
            "eval \"$(\"$2\" completion bash)\"; IFS=' ' read -ra COMP_WORDS <<<\"SshMqttBridge $1x\"; "
            + "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_WORDS[COMP_CWORD]=${COMP_WORDS[COMP_CWORD]%x}; _SshMqttBridge; echo \"${COMPREPLY[*]}\"";

        var end = await World.RunAsync("bash", ["-c", script, "bash", line, BridgeProgram.Path]);

        end.ShouldBe(new ExampleEnd(0, words + "\n", ""));
    }

    [ProgramTheory("fish")]
    [InlineData("che", "check")]
    [InlineData("history --l", "--last")]
    [InlineData("completion ", "bash fish zsh")]
    public async Task ProgramsCompletion_GivenFish_ShouldCompleteVerbsAndOptions(string line, string words)
    {
        string[] command =
        [
            "-c",
            "$argv[2] completion fish | source; complete -C \"SshMqttBridge $argv[1]\" | string replace -r '\\t.*' ''",
            line,
            BridgeProgram.Path,
        ];

        var end = await World.RunAsync("fish", command);

        string.Join(' ', end.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()).ShouldBe(words, end.Err);
    }

    [ProgramTheory("fish")]
    [InlineData("", "action actions completion get put run servers")]
    [InlineData("run n", "nas")]
    [InlineData("run -t 5 ", "htpc nas")]
    [InlineData("action nas ", "restart")]
    public async Task Completion_GivenFish_ShouldCompleteServersAndActions(string line, string words)
    {
        string[] command = ["-c", "ssh-mqtt completion fish | source; complete -C \"ssh-mqtt $argv[1]\"", line];

        var end = await World.RunAsync("fish", command);

        string.Join(' ', end.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()).ShouldBe(words, end.Err);
    }
}
