using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Disks;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary><c>demo</c>: from nothing to a command's result, and back to nothing.</summary>
public sealed partial class DemoTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(ChildProcess.Terminate)]
    [InlineData(ChildProcess.Interrupt)]
    public async Task Demo_GivenACommandAndASignal_ShouldRunItAndLeaveNothing(int signal)
    {
        var port = FreePort.Find();
        await using var demo = await StartAsync([BridgeProgram.Path, "demo", "--port", $"{port}"]);
        await PrintedAsync(demo, "Ctrl-C");

        await using (var probe = await MqttProbe.ConnectAsync(port))
        {
            await probe.SubscribeAsync("ssh/#");
            await probe.PublishAsync("ssh/demo/exec/set", "echo it works");
            var result = await probe.WaitForAsync(message => message.Topic == "ssh/demo/result");
            JsonDocument.Parse(result.Text).RootElement.GetProperty("out").GetString().ShouldBe("it works\n");
            await PrintedAsync(demo, "→ ssh/demo/exec/set  echo it works");
            await ConsoleAnswersAsync(demo.Output);
        }

        var processes = demo.Descendants();
        processes.ShouldNotBeEmpty();
        Directory.GetDirectories(_temporary.Path).ShouldHaveSingleItem();
        demo.Signal(signal);
        await demo.WaitForExitAsync();

        demo.ExitCode.ShouldBe(0, demo.Output);
        demo.Output.ShouldNotContain("   at ");
        Directory.GetFileSystemEntries(_temporary.Path).ShouldBeEmpty();
        foreach (var process in processes)
        {
            await RemoteProcess.GoneAsync(process);
        }
    }

    [ProgramFact("mosquitto_pub")]
    public async Task Demo_ShouldAcceptItsOwnSuggestions()
    {
        await using var demo = await StartAsync([BridgeProgram.Path, "demo"]);
        await PrintedAsync(demo, "Ctrl-C");
        var lines = PublishLine().Matches(demo.Output);
        await using var probe = await MqttProbe.ConnectAsync(
            int.Parse(lines[0].Groups["port"].Value, CultureInfo.InvariantCulture)
        );
        await probe.SubscribeAsync("ssh/demo/result");

        foreach (var line in lines.Where(line => !line.Value.Contains("sleep", StringComparison.Ordinal)))
        {
            var before = probe.Messages.Count;
            await ChildProcess.RunAsync("sh", "-c", line.Value.Trim());
            await Eventually.TrueAsync(() => probe.Messages.Count > before, $"no result of: {line.Value}\n{demo.Output}");
            probe.Messages[^1].Text.ShouldContain("\"succeeded\"", customMessage: line.Value);
        }

        probe.Messages.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Demo_GivenAPortInUse_ShouldReportItAndLeaveNothing()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var demo = await StartAsync([BridgeProgram.Path, "demo", "--port", $"{broker.Port}"]);

        await demo.WaitForExitAsync();

        demo.ExitCode.ShouldBe(1);
        demo.Output.ShouldContain($"cannot listen on port {broker.Port}");
        demo.Output.ShouldNotContain("   at ");
        Directory.GetFileSystemEntries(_temporary.Path).ShouldBeEmpty();
    }

    [TmpfsFact]
    public async Task Demo_GivenNoSshServerToStart_ShouldSuggestThePackageAndRunABroker()
    {
        var port = FreePort.Find();
        const string Hide = "mount -t tmpfs none /usr/sbin && exec \"$@\"";
        await using var demo = await StartAsync([
            "unshare",
            "--mount",
            "sh",
            "-c",
            Hide,
            "sh",
            BridgeProgram.Path,
            "demo",
            "--port",
            $"{port}",
        ]);
        await PrintedAsync(demo, "Ctrl-C");

        await using (var probe = await MqttProbe.ConnectAsync(port))
        {
            await probe.SubscribeAsync("greetings");
            await probe.PublishAsync("greetings", "hello");
            await probe.WaitForAsync(message => message.Text == "hello");
        }

        demo.Output.ShouldContain("apt-get install openssh-server");
        demo.Signal(ChildProcess.Terminate);
        await demo.WaitForExitAsync();
        demo.ExitCode.ShouldBe(0, demo.Output);
        Directory.GetFileSystemEntries(_temporary.Path).ShouldBeEmpty();
    }

    private Task<ChildProcess> StartAsync(string[] command) =>
        ChildProcess.StartAsync(
            command[0],
            command.Skip(1),
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["TMPDIR"] = _temporary.Path,
                ["PATH"] = "/usr/bin:/bin",
                ["JOURNAL_STREAM"] = "",
            }
        );

    private static async Task PrintedAsync(ChildProcess demo, string words) =>
        (await demo.WaitForLineAsync(line => line.Contains(words, StringComparison.Ordinal))).ShouldBeTrue(demo.Output);

    private static async Task ConsoleAnswersAsync(string output)
    {
        var console = ConsoleLine().Match(output);
        using HttpClient browser = new() { BaseAddress = new Uri(console.Groups["url"].Value) };
        (await browser.GetAsync(new Uri("/", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK, output);
        console.Groups["token"].Value.Length.ShouldBe(32);
    }

    [GeneratedRegex(@"^ +mosquitto_pub -p (?<port>\d+) .*$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex PublishLine();

    [GeneratedRegex(@"(?<url>http://127\.0\.0\.1:\d+)/? +with the token (?<token>\w+)", RegexOptions.NonBacktracking)]
    private static partial Regex ConsoleLine();
}
