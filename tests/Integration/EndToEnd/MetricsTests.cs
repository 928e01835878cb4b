using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary><c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c> of the real program, also as a real Prometheus sees them.</summary>
public sealed partial class MetricsTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private const string Enabled = "metrics: {enabled: true, url: 'http://127.0.0.1:0'}";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    [Fact]
    public async Task Metrics_GivenCommands_ShouldCountThem()
    {
        await using var bridge = await world.StartAsync(
            world.Nas("queueLimit: 5", "actions: {hello: {command: echo hello}}").Top(Enabled)
        );
        var nas = bridge["nas"];
        await nas.ExecAsync("echo 12345");
        await nas.ExecAsync("exit 3");
        await nas.ExecAsync("sleep 5", new { timeout = 0.1 });
        await nas.SendAsync("run/hello/set", "");
        await nas.ExecAsync("true", new { id = "twice" });
        await nas.ExecAsync("true", new { id = "twice" });
        await bridge.Probe.PublishAsync("ssh/nobody/exec/set", "true");
        await bridge.SeenAsync("ssh/bridge/error", error => error.Contains("nobody", StringComparison.Ordinal));

        var metrics = await ReadAsync(bridge);

        metrics["""ssh_mqtt_bridge_commands_total{server="nas",operation="exec",status="succeeded"}"""].ShouldBe(3);
        metrics["""ssh_mqtt_bridge_commands_total{server="nas",operation="exec",status="failed"}"""].ShouldBe(1);
        metrics["""ssh_mqtt_bridge_commands_total{server="nas",operation="exec",status="timedOut"}"""].ShouldBe(1);
        metrics["""ssh_mqtt_bridge_action_runs_total{server="nas",action="hello",status="succeeded"}"""].ShouldBe(1);
        metrics["""ssh_mqtt_bridge_duplicates_total{server="nas"}"""].ShouldBe(1);
        metrics["ssh_mqtt_bridge_unroutable_total"].ShouldBe(1);
        metrics["""ssh_mqtt_bridge_command_duration_seconds_count{server="nas"}"""].ShouldBe(5);
        metrics["""ssh_mqtt_bridge_output_bytes_total{server="nas",stream="out"}"""].ShouldBe(6 + 6);
        metrics["""ssh_mqtt_bridge_server_connected{server="nas"}"""].ShouldBe(1);
        metrics["ssh_mqtt_bridge_broker_connected"].ShouldBe(1);
        metrics["ssh_mqtt_bridge_journal_usable"].ShouldBe(1);
        metrics["process_resident_memory_bytes"].ShouldBeGreaterThan(1 << 20);
        metrics.Keys.ShouldNotContain(key => key.Contains("nobody", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_GivenAReload_ShouldFollowIt()
    {
        await using var bridge = await world.StartAsync(world.Nas().Server("old", world.Sshd).Top(Enabled));
        await bridge["old"].ExecAsync("true");
        (await ReadAsync(bridge)).Keys.ShouldContain(key => key.Contains("\"old\"", StringComparison.Ordinal));

        bridge.Configure(world.Nas().Top(Enabled));
        bridge.Process.Signal(ChildProcess.HangUp);
        await bridge.LoggedAsync("Configuration reloaded; removed: old");

        var metrics = await ReadAsync(bridge);
        metrics.Keys.ShouldNotContain(key => key.Contains("\"old\"", StringComparison.Ordinal));
        metrics["""ssh_mqtt_bridge_reloads_total{result="applied"}"""].ShouldBe(1);
    }

    [Fact]
    public async Task Health_GivenABrokerThatIsGone_ShouldBeHealthyButNotReady()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        var port = FreePort.Find();
        await using var bridge = await BridgeHost.StartNewAsync(
            new BridgeYaml(broker.Port)
                .Server("nas", world.Sshd)
                .Top($"metrics: {{enabled: true, url: 'http://127.0.0.1:{port}'}}"),
            broker
        );
        var url = $"http://127.0.0.1:{port}/";

        (await StatusAsync(url + "healthz")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(url + "readyz")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(url + "other")).ShouldBe(HttpStatusCode.NotFound);
        (await BridgeProgram.RunAsync("health", "--config", bridge.ConfigurationFile)).Status.ShouldBe(0);
        await broker.StopAsync();

        await Eventually.TrueAsync(
            async () => await StatusAsync(url + "readyz") == HttpStatusCode.ServiceUnavailable,
            () => "The bridge stays ready without its broker"
        );
        (await StatusAsync(url + "healthz")).ShouldBe(HttpStatusCode.OK);
        var (status, output) = await BridgeProgram.RunAsync("health", "--config", bridge.ConfigurationFile);
        status.ShouldBe(1);
        output.ShouldContain("readyz: not connected to the broker");
    }

    [ProgramFact("prometheus", "promtool")]
    public async Task Prometheus_GivenTheExample_ShouldScrapeTheBridgeAndEvaluateItsRules()
    {
        await using var bridge = await world.StartAsync(world.Nas().Top(Enabled));
        await bridge["nas"].ExecAsync("true");
        var examples = Path.Combine(Repository.Root, "examples", "prometheus");
        using TemporaryFolder folder = new();
        var configuration = (await File.ReadAllTextAsync(Path.Combine(examples, "prometheus.yml")))
            .Replace("127.0.0.1:9405", (await UrlAsync(bridge)).Authority, StringComparison.Ordinal)
            .Replace("scrape_interval: 15s", "scrape_interval: 1s\n  evaluation_interval: 1s", StringComparison.Ordinal);
        folder.Write("alerts.yml", await File.ReadAllTextAsync(Path.Combine(examples, "alerts.yml")));
        var file = folder.Write("prometheus.yml", configuration);
        (await ChildProcess.RunAsync("promtool", "check", "config", file)).ShouldContain("SUCCESS");
        var port = FreePort.Find();
        await using var prometheus = await ChildProcess.StartAsync(
            "prometheus",
            [$"--config.file={file}", $"--storage.tsdb.path={folder["data"]}", $"--web.listen-address=127.0.0.1:{port}"]
        );

        var connected = await QueryAsync(port, "ssh_mqtt_bridge_server_connected{server=\"nas\"}");
        connected.ShouldBe("1");
        (await QueryAsync(port, "ssh_mqtt_bridge_commands_total{status=\"succeeded\"}")).ShouldBe("1");
        // Each expression of the dashboard finds something, apart from those about what has not happened.
        var dashboard = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(examples, "dashboard.json")))!;
        foreach (var target in dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()))
        {
            var expression = ((string)target!["expr"]!)
                .Replace("$instance", ".*", StringComparison.Ordinal)
                .Replace("$server", ".*", StringComparison.Ordinal)
                .Replace("$__rate_interval", "1m", StringComparison.Ordinal);
            if (
                !expression.Contains("rejections", StringComparison.Ordinal)
                && !expression.Contains("action_runs", StringComparison.Ordinal)
            )
            {
                (await QueryAsync(port, expression)).ShouldNotBeEmpty();
            }
        }
    }

    private static async Task<string> QueryAsync(int port, string expression)
    {
        var url = $"http://127.0.0.1:{port}/api/v1/query?query={Uri.EscapeDataString(expression)}";
        string? value = null;
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    var json = JsonNode.Parse(await Http.GetStringAsync(url))!;
                    value = (string?)json["data"]!["result"]!.AsArray().FirstOrDefault()?["value"]![1];
                    return value is not null;
                }
                catch (HttpRequestException)
                {
                    return false; // It is still starting.
                }
            },
            () => $"Prometheus has no value of {expression}"
        );
        return value!;
    }

    private static async Task<HttpStatusCode> StatusAsync(string url)
    {
        using var response = await Http.GetAsync(url);
        return response.StatusCode;
    }

    private static async Task<Dictionary<string, double>> ReadAsync(BridgeHost bridge)
    {
        var text = await Http.GetStringAsync(new Uri(await UrlAsync(bridge), "metrics"));
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(' '))
            .ToDictionary(
                parts => parts[0],
                parts => double.Parse(parts[1], CultureInfo.InvariantCulture),
                StringComparer.Ordinal
            );
    }

    private static async Task<Uri> UrlAsync(BridgeHost bridge)
    {
        await bridge.LoggedAsync("Metrics at ");
        return new Uri(Address().Match(bridge.Log).Groups["url"].Value);
    }

    [GeneratedRegex("Metrics at (?<url>http://[^ ]+)/metrics", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Address();
}
