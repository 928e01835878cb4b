using SshMqttBridge.Ssh;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Ssh;

/// <summary>
/// The script that stops a command, as a process of its own: the tests contain the parts of the SSH server, and a process that
/// must survive.
/// </summary>
public sealed class StopScriptTests : IDisposable
{
    /// <summary>
    /// <c>$1</c> is a folder, <c>$2</c> the script. <c>until_end</c> runs a program until nobody can write its output any more.
    /// </summary>
    private const string Functions = """
        folder=$1 sshd=$1/sshd script=$2
        mkfifo "$folder/output"
        until_end() { "$@" >"$folder/output" & cat "$folder/output"; }
        is() { read -r x x s x <"/proc/$2/stat" && [ "$s" != Z ] && echo "$1 alive" || echo "$1 ended"; } 2>/dev/null
        sleep 1000 >/dev/null & bystander=$!

        """;

    /// <summary>Runs the script as a child of process 1.</summary>
    private const string Orphaned = """
        adopted='until read -r x x x parent x </proc/$$/stat && [ "$parent" = 1 ]; do :; done; exec sh -c "$1"'
        until_end sh -c 'sh -c "$1" sh "$2" &' sh "$adopted" "$script"
        is bystander $bystander
        """;

    private static readonly string Script = StopScript.CommandFor(TimeSpan.FromSeconds(0.2));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProcessNamespaceFact]
    public async Task Script_GivenACommandOfItsConnection_ShouldStopOnlyThat()
    {
        var output = await RunAsync(
            "/bin/sh",
            """
            until_end "$sshd" -c 'sleep 1000 >/dev/null & echo $! >"$2"; sh -c "$1"' sshd "$script" "$folder/command"
            is command "$(cat "$folder/command")"
            is bystander $bystander
            """
        );

        output.ShouldBe("ssh-mqtt-bridge stop: ended\ncommand ended\nbystander alive");
    }

    /// <summary>The process that serves the connection may end at the moment when the script starts.</summary>
    [ProcessNamespaceFact]
    public async Task Script_GivenProcess1AsItsParent_ShouldStopNothing() =>
        (await RunAsync("/bin/sh", Orphaned)).ShouldBe("bystander alive");

    /// <summary>In a container, process 1 may be the SSH server.</summary>
    [ProcessNamespaceFact]
    public async Task Script_GivenAServerThatIsProcess1AsItsParent_ShouldStopNothing() =>
        (await RunAsync(Sshd, Orphaned)).ShouldBe("bystander alive");

    [ProcessNamespaceFact]
    public async Task Script_GivenAnotherProgramAsItsParent_ShouldStopNothing()
    {
        var output = await RunAsync(
            "/bin/sh",
            """
            until_end sh -c 'sleep 1000 >/dev/null & echo $! >"$2"; sh -c "$1"' sh "$script" "$folder/command"
            is command "$(cat "$folder/command")"
            is bystander $bystander
            """
        );

        output.ShouldBe("command alive\nbystander alive");
    }

    /// <summary>The bridge closes a connection on which a command does not end in time.</summary>
    [ProcessNamespaceFact]
    public async Task Script_GivenItsParentEndsMeanwhile_ShouldContinueWithTheGroupsThatItHasFound()
    {
        // The third process ends by TERM, which ends the parent; the others would end by KILL. sshd gives each command a group.
        var output = await RunAsync(
            "/bin/sh",
            """
            until_end "$sshd" -c '
                trap "" TERM
                setsid sh -c "echo \$\$ >\"\$0\"; exec sleep 1000" "$2" >/dev/null &
                until [ -s "$2" ]; do sleep 0.01; done
                sleep 1000 >/dev/null & echo $! >"$3"
                trap - TERM
                sleep 1000 >/dev/null & command=$!
                sh -c "$1" &
                wait $command 2>/dev/null
            ' sshd "$script" "$folder/command" "$folder/other"
            is command "$(cat "$folder/command")"
            is other "$(cat "$folder/other")"
            is bystander $bystander
            """
        );

        output.ShouldBe("ssh-mqtt-bridge stop: running\ncommand ended\nother alive\nbystander alive");
    }

    /// <summary>A shell with the name of an SSH server.</summary>
    private string Sshd => _folder["sshd"];

    private async Task<string> RunAsync(string shell, string script)
    {
        File.Copy("/bin/sh", Sshd);
        return await ProcessNamespace.RunAsync(shell, Functions + script, _folder.Path, Script);
    }
}
