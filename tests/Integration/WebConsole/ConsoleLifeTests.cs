using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>The console's start, restart and stop, and what it costs.</summary>
public sealed class ConsoleLifeTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task Run_GivenNoConsole_ShouldListenNowhere()
    {
        await using var bridge = await world.StartAsync(world.Nas());
        (await bridge["nas"].ExecAsync("true")).Status.ShouldBe("succeeded");

        ListeningSockets.Any(bridge.Process.Id).ShouldBeFalse();
        File.Exists(bridge.Folder["state/web-console-token"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Restart_GivenASession_ShouldKeepIt()
    {
        await using var bridge = await BridgeHost.StartNewAsync(AtPort(FreePort.Find()), world.Broker);
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();
        var token = ConsoleClient.TokenOf(bridge);

        await bridge.KillAsync();
        await events.EndedAsync();
        await bridge.StartAsync();

        ConsoleClient.TokenOf(bridge).ShouldBe(token);
        (await console.SendAsync(HttpMethod.Get, "/api/session")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await using var again = await console.ListenAsync();
        var id = await console.CommandAsync("/api/servers/nas/exec", new { command = "true" });
        (await again.EndOfAsync(id)).GetProperty("status").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task Restart_GivenAnotherToken_ShouldEndAllSessions()
    {
        await using var bridge = await BridgeHost.StartNewAsync(AtPort(FreePort.Find()), world.Broker);
        using var console = await ConsoleClient.LogInAsync(bridge);
        await bridge.StopAsync();
        File.Delete(bridge.Folder["state/web-console-token"]);

        await bridge.StartAsync();

        (await console.SendAsync(HttpMethod.Get, "/api/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Stop_GivenSubscribersAndARunningCommand_ShouldEndTheStreamsAtOnce()
    {
        await using var bridge = await StartAsync("shutdownTimeout: 60");
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();
        Gate gate = new(world.Sshd.Folder);
        var id = await console.CommandAsync("/api/servers/nas/exec", new { command = gate.Wait });
        await gate.ReachedAsync();

        bridge.Process.Signal(ChildProcess.Terminate);
        await events.EndedAsync();

        bridge.Process.HasExited.ShouldBeFalse();
        gate.Open();
        (await bridge.WaitForExitAsync()).ShouldBe(0);
        (await bridge["nas"].EndAsync(id)).Status.ShouldBe("succeeded");
    }

    [Fact]
    public async Task Start_GivenAPortInUse_ShouldReportItInOneLineAndFail()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var bridge = await BridgeHost.CreateAsync(AtPort(port), world.Broker);

        await bridge.LaunchAsync();

        (await bridge.WaitForExitAsync()).ShouldBe(1);
        bridge.Log.ShouldContain($"The web console cannot listen at http://127.0.0.1:{port}: Address already in use");
        bridge.Log.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Session_GivenWrongTokens_ShouldSlowThemDown()
    {
        await using var bridge = await StartAsync();
        using ConsoleClient guesser = new(await ConsoleClient.UrlOfAsync(bridge));
        List<HttpStatusCode> answers = [];
        string? wait = null;

        for (var i = 0; i < 20; i++)
        {
            using var answer = await guesser.SendTokenAsync($"wrong-token-canary-{i}");
            answers.Add(answer.StatusCode);
            wait = answer.Headers.RetryAfter?.ToString();
        }

        answers.Take(5).ShouldAllBe(status => status == HttpStatusCode.Unauthorized);
        answers.ShouldContain(HttpStatusCode.TooManyRequests);
        answers.Count(status => status == HttpStatusCode.Unauthorized).ShouldBeLessThan(12);
        wait.ShouldNotBeNull();
        await bridge.LoggedAsync("invalid token from 127.0.0.1");
        bridge.Log.ShouldNotContain("canary");
    }

    [Fact]
    public async Task Events_GivenTheMaximumOfSubscribers_ShouldRefuseTheNextUntilOneLeaves()
    {
        await using var bridge = await StartAsync();
        using var console = await ConsoleClient.LogInAsync(bridge);
        List<ConsoleEvents> listeners = [];
        while (listeners.Count < 32)
        {
            listeners.Add(await console.ListenAsync());
        }

        (await console.SendAsync(HttpMethod.Get, "/api/events")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await listeners[0].DisposeAsync();
        HttpResponseMessage? answer = null;
        await Eventually.TrueAsync(
            async () => (answer = await console.SendAsync(HttpMethod.Get, "/api/events")).StatusCode == HttpStatusCode.OK,
            () => "the place of a closed stream is not free"
        );
        answer!.Dispose();
        foreach (var listener in listeners.Skip(1))
        {
            await listener.DisposeAsync();
        }
    }

    [Fact]
    public async Task Start_GivenHttps_ShouldAnswerWithTlsAlone()
    {
        // The client trusts only the root: the bridge must send the intermediate certificate.
        using TestAuthority root = new();
        using TestAuthority between = new(root);
        using TemporaryFolder folder = new();
        root.WriteAuthority(folder["ca.pem"]);
        between.WriteAuthority(folder["between.pem"]);
        between.Issue(folder["console.pem"], folder["console.key"], "localhost");
        File.AppendAllText(folder["console.pem"], "\n" + File.ReadAllText(folder["between.pem"]));
        var settings = $"tokenFile: {folder.Write("token", "a token of my own, of some length\n")}";
        await using var bridge = await BridgeHost.StartNewAsync(
            world
                .Nas()
                .Top(
                    $"webConsole: {{enabled: true, url: 'https://0.0.0.0:0', certificateFile: {folder["console.pem"]}, keyFile: {folder["console.key"]}, {settings}}}"
                ),
            world.Broker
        );
        var port = (await ConsoleClient.UrlOfAsync(bridge)).Port;
        using var trusted = X509CertificateLoader.LoadCertificateFromFile(folder["ca.pem"]);
        using ConsoleClient client = new(new Uri($"https://localhost:{port}"), trusted);

        using var answer = await client.SendTokenAsync("a token of my own, of some length");

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.StartsWith("__Host-") && cookie.Contains("; secure"));
        (await client.GetAsync("/api/state")).GetProperty("servers").GetArrayLength().ShouldBe(1);
        File.Exists(bridge.Folder["state/web-console-token"]).ShouldBeFalse();
        using ConsoleClient plain = new(new Uri($"http://localhost:{port}"));
        await Should.ThrowAsync<HttpRequestException>(() => plain.SendAsync(HttpMethod.Get, "/"));
    }

    [Fact]
    public async Task State_GivenAThousandServers_ShouldListThemAll()
    {
        var yaml = world.Yaml().Top(ConsoleClient.Settings());
        for (var i = 0; i < 1000; i++)
        {
            yaml.Server($"s{i}", "host: 127.0.0.1", "port: 1", "user: a", "password: b", "persistentConnection: false");
        }

        await using var bridge = await world.StartAsync(yaml);
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();

        var servers = (await bridge.OrLogAsync(console.GetAsync("/api/state"))).GetProperty("servers");

        servers.GetArrayLength().ShouldBe(1000);
        await Parallel.ForAsync(
            0,
            1000,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) => await bridge.OrLogAsync(console.CommandAsync($"/api/servers/s{i}/exec", new { command = "true" }))
        );
        await Eventually.TrueAsync(
            () => events.All.Count(one => one.Name == "ended") == 1000,
            "not every command's end was published"
        );
    }

    private Task<BridgeHost> StartAsync(params string[] top) =>
        world.StartAsync(world.Nas().Top([ConsoleClient.Settings(), .. top]));

    private BridgeYaml AtPort(int port) => world.Nas().Top($"webConsole: {{enabled: true, url: 'http://127.0.0.1:{port}'}}");
}
