using System.Net;
using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>The console's commands and events, with the real program, a real broker and a real SSH server.</summary>
public sealed class ConsoleCommandTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task Exec_GivenACommandFromTheConsole_ShouldBehaveLikeAnMqttMessage()
    {
        await using var bridge = await StartAsync();
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();

        var id = await console.CommandAsync(
            "/api/servers/nas/exec",
            new
            {
                command = "cat; echo grüße >&2; exit 3",
                stdin = "a\nb\n",
                timeout = 20,
            }
        );

        var ended = await events.EndOfAsync(id);
        (ended.GetProperty("status").GetString(), ended.GetProperty("exit").GetInt32()).ShouldBe(("failed", 3));
        (events.OutputOf(id, "out"), events.OutputOf(id, "err")).ShouldBe(("a\nb\n", "grüße\n"));
        var report = await bridge["nas"].EndAsync(id);
        (report.Status, report["out"], report["err"], report["exec"]).ShouldBe(("failed", "a<br>b", "grüße", "3"));
        events
            .All.Where(one => one.Name is "accepted" or "started" && one.Data.GetProperty("id").GetString() == id)
            .Select(one => (one.Name, one.Data.GetProperty("source").GetString(), one.Data.GetProperty("operation").GetString()))
            .ShouldBe([("accepted", "web-console", "exec"), ("started", "web-console", "exec")]);
        (await File.ReadAllLinesAsync(bridge.Folder["state/audit.log"]))
            .ShouldHaveSingleItem()
            .ShouldContain("\"topic\":\"web-console\"");
    }

    [Fact]
    public async Task Events_GivenACommandOfMqtt_ShouldShowItWhileItRuns()
    {
        await using var bridge = await StartAsync("stdout: false");
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();
        Gate gate = new(world.Sshd.Folder);

        await bridge["nas"].StartAsync($"echo first; {gate.Wait}; echo last", "7");

        await Eventually.TrueAsync(() => events.OutputOf("7", "out") == "first\n", "the output does not come while it runs");
        var accepted = await events.WaitForAsync("accepted", data => data.GetProperty("id").GetString() == "7");
        accepted.GetProperty("source").GetString().ShouldBe("mqtt");
        var state = (await console.GetAsync("/api/state")).GetProperty("servers")[0];
        state.GetProperty("running").GetString().ShouldBe("7");
        var pending = state.GetProperty("pending")[0];
        (pending.GetProperty("id").GetString(), pending.GetProperty("started").GetBoolean()).ShouldBe(("7", true));
        gate.Open();
        (await events.EndOfAsync("7")).GetProperty("status").GetString().ShouldBe("succeeded");
        events.OutputOf("7", "out").ShouldBe("first\nlast\n");
        await events.WaitForAsync("queue", data => data.GetProperty("running").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task Events_GivenAFlood_ShouldSendPartOfItAndTheMissingSize()
    {
        const int Bytes = 60_000_000;
        await using var bridge = await StartAsync();
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();

        var id = await console.CommandAsync("/api/servers/nas/exec", new { command = $"yes grüße | head -c {Bytes}" });

        (await events.EndOfAsync(id)).GetProperty("outBytes").GetInt64().ShouldBe(Bytes);
        var output = events.All.Where(one => one.Name == "output").Select(one => one.Data).ToList();
        var received = output.Sum(one => (long)System.Text.Encoding.UTF8.GetByteCount(one.GetProperty("text").GetString()!));
        var skipped = output.Sum(one => one.TryGetProperty("skipped", out var count) ? count.GetInt64() : 0);
        // Half a character before a gap becomes U+FFFD: three bytes for one.
        (received + skipped).ShouldBeInRange(Bytes, Bytes + 2 * output.Count);
        received.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public async Task Exec_GivenARejectedCommand_ShouldReportItInTheResponseAndTheEvents()
    {
        await using var bridge = await StartAsync("commands: ['true']", "transfers: get");
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();

        foreach (
            var (path, body, status, reason) in (IEnumerable<(string, object, HttpStatusCode, string)>)
                [
                    ("exec", new { command = "false" }, HttpStatusCode.Forbidden, "policy"),
                    ("exec", new { command = " " }, HttpStatusCode.BadRequest, "invalid"),
                    ("exec", new { command = "true", timeout = -1 }, HttpStatusCode.BadRequest, "invalid"),
                    ("exec", new { command = "true", timout = 1 }, HttpStatusCode.BadRequest, "invalid"),
                    ("exec", new { command = 7 }, HttpStatusCode.BadRequest, "invalid"),
                    ("put", new { source = "a", destination = "b" }, HttpStatusCode.Forbidden, "policy"),
                    ("get", new { source = "a" }, HttpStatusCode.BadRequest, "invalid"),
                    ("cancel", new { id = "nobody" }, HttpStatusCode.BadRequest, "invalid"),
                    ("connection", new { state = "shut" }, HttpStatusCode.BadRequest, "invalid"),
                ]
        )
        {
            var answer = await console.PostAsync($"/api/servers/nas/{path}", body, status);
            answer.GetProperty("reason").GetString().ShouldBe(reason, answer.ToString());
            answer.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
            var ended = await events.EndOfAsync(answer.GetProperty("id").GetString()!);
            (ended.GetProperty("status").GetString(), ended.GetProperty("reason").GetString()).ShouldBe(("rejected", reason));
        }

        // A body without the required key is invalid; it is not run as a command line that looks like JSON.
        foreach (
            var body in (string[])["""{"comand":"true"}""", "[]", "\"true\"", "true", "", "{", "null", """{"command":"\ud800"}"""]
        )
        {
            using var answer = await console.SendAsync(HttpMethod.Post, "/api/servers/nas/exec", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, body);
        }

        await console.PostAsync("/api/servers/nobody/exec", new { command = "true" }, HttpStatusCode.NotFound);
        (await bridge["nas"].ExecAsync("true")).Status.ShouldBe("succeeded");
    }

    [Fact]
    public async Task Commands_GivenOneThatRuns_ShouldQueueCancelAndClose()
    {
        await using var bridge = await StartAsync();
        await bridge.SeenAsync("ssh/nas/connection", "online");
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();
        var running = await console.CommandAsync("/api/servers/nas/exec", new { command = "sleep 600" });
        await events.WaitForAsync("started", data => data.GetProperty("id").GetString() == running);
        var waiting = await console.CommandAsync("/api/servers/nas/exec", new { command = "true" });
        await events.WaitForAsync("queue", data => data.GetProperty("queued").GetInt32() == 1);

        await console.CommandAsync("/api/servers/nas/cancel", new { id = waiting });
        await console.CommandAsync("/api/servers/nas/cancel", new { id = running });

        (await events.EndOfAsync(waiting)).GetProperty("status").GetString().ShouldBe("cancelled");
        (await events.EndOfAsync(running)).GetProperty("status").GetString().ShouldBe("cancelled");
        await console.CommandAsync("/api/servers/nas/connection", new { state = "close" });
        await events.WaitForAsync("connection", data => data.GetProperty("reason").GetString() == "closed");
        await console.CommandAsync("/api/servers/nas/connection", new { state = "open" });
        await events.WaitForAsync("connection", data => data.GetProperty("connection").GetString() == "online");
    }

    [Fact]
    public async Task Run_GivenAnAction_ShouldRunItAndShowItsName()
    {
        await using var bridge = await StartAsync(
            "commands: actions",
            "actions: {greet: {title: Greet, confirm: Sure?, command: 'echo \"hello $name\"', parameters: {name: {type: text, maxLength: 9}}}}"
        );
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();
        var server = (await console.GetAsync("/api/state")).GetProperty("servers")[0];
        var action = server.GetProperty("actions")[0];
        var parameter = action.GetProperty("parameters")[0];
        (
            server.GetProperty("canExec").GetBoolean(),
            action.GetProperty("name").GetString(),
            action.GetProperty("confirm").GetString()
        ).ShouldBe((false, "greet", "Sure?"));
        (parameter.GetProperty("type").GetString(), parameter.GetProperty("maxLength").GetInt32()).ShouldBe(("text", 9));

        var id = await console.CommandAsync("/api/servers/nas/run/greet", new { args = new { name = "$(id) ' " } });
        var wrong = await console.PostAsync(
            "/api/servers/nas/run/greet",
            new { args = new { name = "0123456789" } },
            HttpStatusCode.BadRequest
        );
        await console.PostAsync("/api/servers/nas/run/nothing", new { args = new { } }, HttpStatusCode.BadRequest);

        var ended = await events.EndOfAsync(id);
        (ended.GetProperty("out").GetString(), ended.GetProperty("action").GetString()).ShouldBe(("hello $(id) ' \n", "greet"));
        var started = await events.WaitForAsync("started", data => data.GetProperty("id").GetString() == id);
        started.GetProperty("action").GetString().ShouldBe("greet");
        wrong.GetProperty("reason").GetString().ShouldBe("invalid");
        (await console.GetAsync("/api/history/commands")).GetProperty("commands").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Transfers_GivenBothWays_ShouldMoveTheFile()
    {
        await using var bridge = await StartAsync();
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();
        bridge.Folder.Write("files/here.txt", "content");
        var there = world.Sshd.Folder[$"there-{Guid.NewGuid():N}.txt"];

        var put = await console.CommandAsync("/api/servers/nas/put", new { source = "here.txt", destination = there });
        (await events.EndOfAsync(put)).GetProperty("bytes").GetInt64().ShouldBe(7);
        var get = await console.CommandAsync("/api/servers/nas/get", new { source = there, destination = "back.txt" });
        (await events.EndOfAsync(get)).GetProperty("status").GetString().ShouldBe("succeeded");

        (await File.ReadAllTextAsync(bridge.Folder["files/back.txt"])).ShouldBe("content");
    }

    [Fact]
    public async Task Console_GivenNoBroker_ShouldWorkAndPublishLater()
    {
        await using var broker = await MosquittoBroker.StartNewAsync();
        await using var bridge = await BridgeHost.StartNewAsync(
            new BridgeYaml(broker.Port).Top(ConsoleClient.Settings()).Server("nas", world.Sshd),
            broker
        );
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();
        await broker.StopAsync();
        await events.WaitForAsync("broker", data => data.GetProperty("state").GetString() == "offline");
        (await console.GetAsync("/api/state")).GetProperty("bridge").GetProperty("broker").GetString().ShouldBe("offline");

        var id = await console.CommandAsync("/api/servers/nas/exec", new { command = "echo alone" });

        (await events.EndOfAsync(id)).GetProperty("out").GetString().ShouldBe("alone\n");
        await broker.StartAsync();
        await bridge.ConnectProbeAsync();
        await events.WaitForAsync("broker", data => data.GetProperty("state").GetString() == "online");
        (await bridge["nas"].EndAsync(id)).Out.ShouldBe("alone\n");
    }

    [Fact]
    public async Task Last_GivenACommandThatFindsOutWhatIsSet_ShouldBeTheResultBeforeIt()
    {
        await using var bridge = await StartAsync("actions: {lamp: {on: 'true', off: 'true', state: exit 1}}");
        using var console = await ConsoleClient.LogInAsync(bridge);
        await using var events = await console.ListenAsync();

        await console.CommandAsync("/api/servers/nas/run/lamp", new { args = new { state = "ON" } });
        await events.WaitForAsync("ended", data => data.TryGetProperty("saysOff", out _));

        (await console.GetAsync("/api/history?failed=true")).GetProperty("entries").EnumerateArray().ShouldBeEmpty();
        var last = (await console.GetAsync("/api/history/last")).GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        last.GetProperty("status").GetString().ShouldBe("succeeded");
        last.TryGetProperty("findsState", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task History_GivenCommandsThatRan_ShouldFindThemByPageWordServerAndStatus()
    {
        await using var bridge = await BridgeHost.StartNewAsync(
            world
                .Yaml()
                .Top(ConsoleClient.Settings())
                .Server("nas", world.Sshd)
                .Server("pi", world.Sshd)
                .Server("clock", world.Sshd, "actions: {tick: {command: echo tick, schedule: 1d}, tock: exit 4}"),
            world.Broker
        );
        using var console = await ConsoleClient.LogInAsync(bridge);
        for (var i = 0; i < 5; i++)
        {
            await bridge["nas"].ExecAsync($"echo Straße-{i}");
        }

        await bridge["nas"].ExecAsync("exit 1");
        await bridge["pi"].ExecAsync("echo straße-pi");
        await bridge["pi"].ExecAsync("echo straße-pi");

        await bridge["clock"].IsAsync("action/tick/status", "ok");

        (await FoundAsync("?scheduled=false")).ShouldBe(["echo straße-pi", "echo straße-pi", "exit 1", .. Echoes(4, 3, 2, 1, 0)]);
        (await FoundAsync("?q=STRASSE")).ShouldBeEmpty();
        (await FoundAsync("?q=STRAßE-3")).ShouldBe(Echoes(3));
        (await FoundAsync("?server=pi&limit=1")).ShouldBe(["echo straße-pi"]);
        (await FoundAsync("?status=failed")).ShouldBe(["exit 1"]);
        (await FoundAsync("?server=nobody")).ShouldBeEmpty();
        var first = await console.GetAsync("/api/history?server=nas&limit=4");
        first.GetProperty("more").GetBoolean().ShouldBeTrue();
        var second = await console.GetAsync($"/api/history?server=nas&limit=4&before={first.GetProperty("before").GetString()}");
        Commands(second).ShouldBe(Echoes(1, 0));
        second.GetProperty("more").GetBoolean().ShouldBeFalse();
        (await console.GetAsync("/api/history/commands?server=pi"))
            .GetProperty("commands")
            .ToString()
            .ShouldBe("[\"echo straße-pi\"]");
        (await console.GetAsync("/api/history/commands")).GetProperty("commands").GetArrayLength().ShouldBe(7);
        Commands(await console.GetAsync("/api/history/last"), "results")
            .ShouldBe(["exit 1", "echo straße-pi", "echo tick"], ignoreOrder: true);

        (await FoundAsync("?server=nas&failed=true")).ShouldBe(["exit 1"]);
        (await FoundAsync("?server=nas&failed=false")).ShouldBe(Echoes(4, 3, 2, 1, 0));
        await using var events = await console.ListenAsync();
        await events.EndOfAsync(await console.CommandAsync("/api/servers/clock/run/tock", new { args = new { } }));
        (await FoundAsync("?server=clock&scheduled=true")).ShouldBe(["echo tick"]);
        (await FoundAsync("?server=clock&scheduled=false")).ShouldBe(["exit 4"]);
        (await FoundAsync("?action=tock")).ShouldBe(["exit 4"]);
        (await FoundAsync("?action=tick&failed=true")).ShouldBeEmpty();

        await console.CommandAsync("/api/servers/nas/exec", new { command = "seq 100000", id = "a/b c%2F?" });
        var cut = await events.EndOfAsync("a/b c%2F?");
        var address = "/api/history/nas/" + Uri.EscapeDataString("a/b c%2F?");
        foreach (var query in (string[])["", "?receivedAt=" + cut.GetProperty("receivedAt").GetString()])
        {
            var whole = (await console.GetAsync(address + query)).GetProperty("out").GetString().ShouldNotBeNull();
            whole.ShouldEndWith("\n100000\n");
            whole.Length.ShouldBeGreaterThan(cut.GetProperty("out").GetString()!.Length);
        }

        foreach (
            var none in (string[])[address + "?receivedAt=2020-01-01T00:00:00.000Z", "/api/history/pi/a", "/api/history/x/a"]
        )
        {
            (await console.SendAsync(HttpMethod.Get, none)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }

        async Task<string[]> FoundAsync(string query) => Commands(await console.GetAsync("/api/history" + query));

        static string[] Commands(JsonElement page, string list = "entries") =>
            [.. page.GetProperty(list).EnumerateArray().Select(entry => entry.GetProperty("command").GetString()!)];

        static string[] Echoes(params int[] numbers) => [.. numbers.Select(i => $"echo Straße-{i}")];
    }

    private Task<BridgeHost> StartAsync(params string[] settings) =>
        world.StartAsync(world.Nas(settings).Top(ConsoleClient.Settings()));
}
