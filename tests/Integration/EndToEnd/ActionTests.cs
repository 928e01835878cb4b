using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>Named actions: run with arguments, refused, repeated, killed, and by a schedule.</summary>
public sealed class ActionTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private const string Greet = """
        actions: {greet: {command: "printf '%s\\n' \"$word\" \"$count\" \"$loud\"", parameters: {word: {type: text, maxLength: 60}, count: {type: integer, min: 1, max: 9, default: 3}, loud: {type: boolean, default: false}}}, plain: "echo plain; exit 4"}
        """;

    [Fact]
    public async Task Run_GivenArguments_ShouldPassThemToTheServersShellAndNameTheAction()
    {
        await using var bridge = await world.StartAsync(world.Nas(Greet));
        var nas = bridge["nas"];
        var canary = world.Sshd.Folder[$"canary-{Guid.NewGuid():N}"];
        var word = $"a'; touch {canary[^8..]}; echo '$(id)`\\";

        var report = await nas.SendAsync(
            "run/greet/set",
            JsonSerializer.Serialize(
                new
                {
                    args = new
                    {
                        word,
                        count = 7,
                        loud = "True",
                    },
                    id = "greeting",
                }
            )
        );

        (report.Status, report.Id, report.Operation, report.Out).ShouldBe(
            ("succeeded", "greeting", "exec", $"{word}\n7\ntrue\n"),
            report.Json
        );
        Field(report, "action").ShouldBe("greet");
        report.Json.ShouldNotContain("scheduled");
        report["out"].ShouldBe($"{word}<br>7<br>true");
        report["action/greet"].ShouldBe($"{word}\n7\ntrue");
        report.Order.Except(["queue", "connection"]).ShouldBe(["action/greet", "out", "err", "exec", "last", "result"]);
        (await RetainedAsync("ssh/nas/action/greet")).ShouldBe($"{word}\n7\ntrue");
        File.Exists(canary).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_GivenNothingOrPress_ShouldRunItAndPublishItsOutputWhateverItsStatus()
    {
        await using var bridge = await world.StartAsync(world.Nas(Greet, "commands: actions", "rateLimit: 5/h"));
        var nas = bridge["nas"];

        foreach (var payload in (string[])["", "PRESS", "{}"])
        {
            var report = await nas.SendAsync("run/plain/set", payload);
            (report.Status, report["exec"], report["action/plain"]).ShouldBe(("failed", "4", "plain"), report.Json);
        }

        (await nas.ExecAsync("echo plain; exit 4")).Reason.ShouldBe("policy");
        (await nas.SendAsync("run/plain/set", """{"id":"once"}""")).Status.ShouldBe("failed");
        (await nas.SendAsync("run/plain/set", """{"id":"once"}""")).Status.ShouldBe("failed");
        var sixth = await nas.SendAsync("run/plain/set", "");
        (sixth.Status, sixth.Reason, Field(sixth, "action"), sixth["action/plain"]).ShouldBe(
            ("rejected", "policy", "plain", null)
        );
        nas.ResultsOf("once").Select(result => result.Json).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("run/nothing/set", "", "Unknown action 'nothing'. Valid: greet, plain.")]
    [InlineData("run/set", "", "'run/set' is not a topic")]
    [InlineData("run/greet/set", "", "'word' is missing: it must be a text of at most 60 characters")]
    [InlineData("run/greet/set", "on", "must be empty, PRESS, or a JSON object such as")]
    [InlineData("run/greet/set", """{"args":{"word":"a\nb"}}""", "'word' must be a text")]
    [InlineData("run/greet/set", """{"args":{"word":"a","count":10}}""", "'count' must be a whole number from 1 to 9, not 10.")]
    [InlineData("run/greet/set", """{"args":{"word":"a","size":1}}""", "no parameter 'size'; valid: word, count, loud.")]
    [InlineData("run/plain/set", """{"arg":{}}""", "The key 'arg' is unknown. Valid: args, live, id.")]
    public async Task Run_GivenAnInvalidPayload_ShouldRejectItAndNameTheValidOnes(string topic, string payload, string message)
    {
        await using var bridge = await world.StartAsync(world.Nas(Greet));

        var report = await bridge["nas"].SendAsync(topic, payload);

        (report.Status, report.Reason, report["exec"]).ShouldBe(("rejected", "invalid", "error"), report.Json);
        report.Message.ShouldNotBeNull().ShouldContain(message);
    }

    [Fact]
    public async Task Run_GivenARequest_ShouldAnswerItAndRunADuplicateOnce()
    {
        byte[] correlation = [1, 2, 3];
        await using var bridge = await world.StartAsync(world.Nas(Greet));

        foreach (var _ in (int[])[1, 2])
        {
            await bridge.Probe.PublishAsync(
                "ssh/nas/run/plain/set",
                "PRESS",
                responseTopic: "ssh/reply/action",
                correlationData: correlation
            );
        }

        var answers = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(2, message => message.Topic == "ssh/reply/action"));
        answers.ShouldAllBe(answer => answer.CorrelationData!.SequenceEqual(correlation));
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
        Field(CommandReport.Read(answers[0]), "action").ShouldBe("plain");
    }

    [Fact]
    public async Task Kill_GivenARunningAction_ShouldNameTheLostAction()
    {
        Gate gate = new(world.Sshd.Folder);
        await using var bridge = await world.StartAsync(world.Nas($"actions: {{wait: {JsonSerializer.Serialize(gate.Wait)}}}"));
        await bridge["nas"].PublishAsync("run/wait/set", """{"id":"killed"}""");
        await gate.ReachedAsync();

        await bridge.KillAsync();
        await bridge.StartAsync();
        var report = await bridge["nas"].EndAsync("killed");
        gate.Open();
        (_, var history) = await BridgeProgram.RunAsync("history", "--config", bridge.ConfigurationFile);

        (report.Status, report.Reason, Field(report, "action")).ShouldBe(("lost", "interrupted", "wait"), report.Json);
        history.ShouldContain("[wait] ");
        (await File.ReadAllTextAsync(bridge.Folder["state/audit.log"])).ShouldContain("\"action\":\"wait\"");
    }

    [Theory]
    [InlineData("true")]
    [InlineData("line")]
    public async Task Schedule_GivenAnInterval_ShouldKeepItsTopicFreshAndLeaveTheOthersAlone(string stdout)
    {
        var file = world.Sshd.Folder[$"file-{Guid.NewGuid():N}"];
        await using var bridge = await world.StartAsync(
            world.Nas(
                $"actions: {{count: {{command: 'echo x >> {file}; wc -l < {file}', schedule: 1s}}, gone: {{command: 'echo once', schedule: {{every: 1d}}}}}}",
                $"stdout: {stdout}"
            )
        );
        var nas = bridge["nas"];

        await nas.IsAsync("action/gone", "once");
        await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message is { Topic: "ssh/nas/action/count", Text: "3" }));
        (await bridge.StopAsync()).ShouldBe(0);
        var runs = (await File.ReadAllLinesAsync(file)).Length;

        (await RetainedAsync("ssh/nas/action/count")).ShouldBe(nas.History("action/count")[^1]);
        var results = nas.History("result").Select(json => JsonDocument.Parse(json).RootElement).ToList();
        results.Count.ShouldBe(runs + 1);
        results.ShouldAllBe(result => result.GetProperty("scheduled").GetBoolean());
        foreach (var datapoint in (string[])["out", "err", "exec", "last"])
        {
            nas.History(datapoint).ShouldBeEmpty(datapoint);
        }

        var audit = await File.ReadAllLinesAsync(bridge.Folder["state/audit.log"]);
        audit.Length.ShouldBe(results.Count);
        audit.ShouldAllBe(line => line.Contains("\"topic\":\"schedule\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Info_GivenActions_ShouldListThemWithoutTheirCommands()
    {
        await using var bridge = await world.StartAsync(world.Nas(Greet));

        var info = await bridge.OrLogAsync(bridge.Probe.WaitForAsync(message => message.Topic == "ssh/bridge/info"));

        var actions = JsonDocument.Parse(info.Text).RootElement.GetProperty("servers")[0].GetProperty("actions");
        actions.EnumerateArray().Select(action => action.GetProperty("name").GetString()).ShouldBe(["greet", "plain"]);
        actions[0]
            .GetProperty("parameters")[1]
            .GetRawText()
            .ShouldBe("""{"name":"count","title":"count","type":"integer","default":"3","min":1,"max":9}""");
        info.Text.ShouldNotContain("printf");
    }

    private static string? Field(CommandReport report, string name) =>
        JsonDocument.Parse(report.Json).RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>The retained message that a new client receives on a topic.</summary>
    private async Task<string> RetainedAsync(string topic)
    {
        await using var late = await MqttProbe.ConnectAsync(world.Broker);
        await late.SubscribeAsync(topic);
        return (await late.WaitForAsync(message => message.Topic == topic)).Text;
    }
}
