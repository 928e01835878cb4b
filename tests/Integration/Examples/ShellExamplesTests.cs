using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>The repository's other files of examples/shell, and the snippets of docs/shell.md.</summary>
public sealed class ShellExamplesTests(ExampleWorld world) : IClassFixture<ExampleWorld>, IAsyncLifetime
{
    private static readonly string[] Backup = ["house.properties", "house.data", "house.script"];

    public static TheoryData<string> Programs { get; } =
        new(
            Directory
                .EnumerateFiles(ExampleWorld.Examples)
                .Select(file => Path.GetFileName(file))
                .Where(name => name != "crontab")
        );

    public static TheoryData<string> Units { get; } =
        new(Directory.EnumerateFiles(Path.Combine(ExampleWorld.Examples, "systemd")).Select(file => Path.GetFileName(file)));

    public static TheoryData<string> Snippets { get; } = new(SnippetsOf("shell.md"));

    private string Home => world.Sshd.Folder["home"];

    public async Task InitializeAsync()
    {
        await world.Bridge["nas"].IsAsync("connection", "online");
        world.OnReboot("");
        Directory.CreateDirectory(Path.Combine(Home, "data_backup"));
        foreach (var name in Backup)
        {
            world.Bridge.Folder.Write($"files/data_backup/{name}", name);
        }

        world.Bridge.Folder.Write("files/report.txt", "");
        world.TakeRecords();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [ProgramTheory("shellcheck")]
    [MemberData(nameof(Programs))]
    public Task Program_GivenShellcheck_ShouldHaveNoFindings(string name) =>
        ChildProcess.RunAsync("shellcheck", Path.Combine(ExampleWorld.Examples, name));

    [Theory]
    [InlineData("echo out; echo err >&2; exit 3", 3, "out\n")]
    [InlineData("true", 0, "")]
    [InlineData("kill -9 $$", 255, "")]
    public async Task OneLine_GivenACommand_ShouldEndWithItsExitStatus(string command, int status, string output)
    {
        var end = await world.RunAsync("one-line", [command]);

        (end.Status, end.Out).ShouldBe((status, output), end.Err);
    }

    [Fact]
    public async Task OneLine_GivenNoAnswer_ShouldFail()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(ExampleWorld.Examples, "one-line"));
        var impatient = world.Sshd.Folder.Write("one-line", text.Replace("-W 60", "-W 1").Replace("ssh/nas/exec", "elsewhere"));

        (await world.RunAsync("sh", [impatient, "true"])).Status.ShouldBe(5);
    }

    [Fact]
    public async Task Console_GivenLines_ShouldRunEach()
    {
        var end = await world.RunAsync("console", ["nas"], "echo one\n\nexit 3\necho 'two  words'\n");

        end.ShouldBe(new ExampleEnd(0, "one\ntwo  words\n", "nas> nas> nas> (3)\nnas> nas> "));
    }

    [Fact]
    public async Task RebootServer_GivenAServerThatShutsDown_ShouldSucceed()
    {
        world.OnReboot("sleep 600");
        await using var run = await world.StartAsync("reboot-server", ["nas"]);
        var calls = new List<string>();
        await Eventually.TrueAsync(
            () => (calls = [.. calls, .. world.TakeRecords()]).Contains("reboot "),
            "reboot is not called"
        );
        world.Sshd.KillSessions();

        (await run.EndAsync()).Status.ShouldBe(0);
        calls.ShouldBe(["sudo reboot", "reboot "]);
        await world.Bridge["nas"].IsAsync("connection", "online");
    }

    [Fact]
    public async Task RebootServer_GivenARejection_ShouldFail()
    {
        world.OnReboot("exit 1");

        (await world.RunAsync("reboot-server", ["nas"])).Status.ShouldBe(1);
        (await world.RunAsync("reboot-server", ["nix"])).Status.ShouldBe(125);
    }

    [Theory]
    [InlineData("on")]
    [InlineData("off")]
    public async Task Screen_GivenAState_ShouldSetIt(string state)
    {
        (await world.RunAsync("screen", [state, "htpc"])).ShouldBe(new ExampleEnd(0, "", ""));

        world.TakeRecords().ShouldBe([$"sudo vbetool dpms {state}", $"vbetool dpms {state}"]);
        (await world.RunAsync("screen", ["dim", "htpc"])).Status.ShouldBe(64);
    }

    [Fact]
    public async Task PutBackup_GivenOneFileThatIsMissing_ShouldPutTheOthersAndFail()
    {
        var end = await world.RunAsync("put-backup", ["nas", "~/data_backup", "data_backup/none", "data_backup/house.data"]);

        end.Status.ShouldBe(1);
        end.Err.ShouldContain("put-backup: data_backup/none: failed");
        (await File.ReadAllTextAsync(Path.Combine(Home, "data_backup/house.data"))).ShouldBe("house.data");
    }

    [ProgramTheory("crontab")]
    [InlineData("crontab")]
    public async Task Crontab_GivenCron_ShouldBeValid(string name)
    {
        var output = await ChildProcess.RunAsync("crontab", "-n", Path.Combine(ExampleWorld.Examples, name));

        output.ShouldContain("successfully checked");
    }

    [Fact]
    public async Task Crontab_GivenItsLines_ShouldRunAsDescribed()
    {
        var lines = File.ReadAllLines(Path.Combine(ExampleWorld.Examples, "crontab"))
            .Where(line => line.Contains("* * *"))
            .ToArray();
        string[] jobs = ["reboot ", "vbetool dpms off", "vbetool dpms on", "backup"];
        lines.Select(line => line[..9]).ShouldBe(["0 0 * * *", "0 0 * * *", "0 7 * * *", "0 0 * * *"]);

        foreach ((var line, var job) in lines.Zip(jobs))
        {
            // As cron does: by sh, and a percent sign would be a newline.
            line.ShouldNotContain('%');
            (await world.RunAsync("sh", ["-c", line[10..]])).ShouldBe(new ExampleEnd(0, "", ""));
            ShouldHaveDone(job);
        }
    }

    [ProgramTheory("systemd-analyze")]
    [MemberData(nameof(Units))]
    public async Task Unit_GivenSystemd_ShouldBeValid(string name)
    {
        using TemporaryFolder root = new();
        var units = Directory.CreateDirectory(root["etc/systemd/system"]).FullName;
        await ChildProcess.RunAsync("cp", "-r", Path.Combine(ExampleWorld.Examples, "systemd") + "/.", units);
        foreach (var target in (string[])["sysinit", "basic", "shutdown", "timers", "time-set", "time-sync"])
        {
            root.Write($"usr/lib/systemd/system/{target}.target", "[Unit]\n");
        }

        Directory.CreateDirectory(root["usr/local/bin"]);
        await ChildProcess.RunAsync("cp", Path.Combine(ExampleWorld.Examples, "ssh-mqtt"), root["usr/local/bin"]);

        await ChildProcess.RunAsync("systemd-analyze", "verify", $"--root={root.Path}", name.Replace("@.", "@on."));
    }

    [Theory]
    [InlineData("ssh-mqtt-reboot.service", "", "reboot ")]
    [InlineData("ssh-mqtt-screen@.service", "off", "vbetool dpms off")]
    [InlineData("ssh-mqtt-screen@.service", "on", "vbetool dpms on")]
    [InlineData("ssh-mqtt-backup.service", "", "backup")]
    public async Task Unit_GivenItsCommand_ShouldRunAsDescribed(string name, string instance, string job)
    {
        var line = File.ReadLines(Path.Combine(ExampleWorld.Examples, "systemd", name))
            .Single(line => line.StartsWith("ExecStart="));
        var words = line["ExecStart=/usr/local/bin/".Length..].Replace("%i", instance).Split(' ');

        (await world.RunAsync(words[0], words[1..])).ShouldBe(new ExampleEnd(0, "", ""));

        ShouldHaveDone(job);
    }

    [Theory]
    [MemberData(nameof(Snippets))]
    public async Task Page_GivenASnippet_ShouldRun(string snippet)
    {
        var end = await world.RunAsync("sh", ["-eu", "-c", snippet]);

        end.Status.ShouldBe(0, end.Err);
        end.Err.Replace("nas> ", "").ShouldBe("");
    }

    private void ShouldHaveDone(string job)
    {
        if (job == "backup")
        {
            File.ReadAllText(Path.Combine(Home, "data_backup/house.data")).ShouldBe("house.data");
        }
        else
        {
            world.TakeRecords()[^1].ShouldBe(job);
        }
    }

    private static string[] SnippetsOf(string page)
    {
        var parts = File.ReadAllText(Path.Combine(Repository.Root, "docs", page)).Split("```sh\n");
        return [.. parts.Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];
    }
}
