using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Brokers;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>A repeated message runs once if the bridge can recognize it as a duplicate.</summary>
[Collection(SharedBridgeTests.Name)]
public sealed class DuplicateTests(SharedBridge shared)
{
    private readonly string _file = shared.Sshd.Folder[$"file-{Guid.NewGuid():N}"];

    private BridgeClient Nas => shared.Bridge["nas"];
    private MqttProbe Probe => shared.Bridge.Probe;

    [Fact]
    public async Task Duplicate_GivenTheIdOfTheRunningCommand_ShouldAnswerItWithThatOnesResult()
    {
        Gate gate = new(shared.Sshd.Folder);
        await Nas.RunningAsync($"echo ran >> {_file}; {gate.Wait}", "twice-running");
        await Nas.StartAsync($"echo ran >> {_file}", "twice-running");
        await Nas.StartAsync("true", "behind-twice");

        gate.Open();
        await Nas.EndAsync("behind-twice");

        var results = Nas.ResultsOf("twice-running");
        results.Count.ShouldBe(2);
        results[1].Json.ShouldBe(results[0].Json);
        (await File.ReadAllLinesAsync(_file)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Duplicate_GivenTheIdOfACommandThatEnded_ShouldAnswerItWithThatOnesResultAlone()
    {
        var first = await Nas.ExecAsync($"echo ran >> {_file}; exit 4", new { id = "twice-ended" });

        var second = await Nas.ExecAsync("echo something else", new { id = "twice-ended" });

        second.Json.ShouldBe(first.Json);
        second.Order.Where(topic => topic != "queue").ShouldBe(["result"]);
        (await File.ReadAllLinesAsync(_file)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Duplicate_GivenTheSameIdAtAnotherServer_ShouldBeAnotherCommand()
    {
        await Nas.ExecAsync("echo one", new { id = "two-servers" });

        var other = await shared.Bridge["line"].ExecAsync("echo two", new { id = "two-servers" });

        other.Out.ShouldBe("two\n");
    }

    [Fact]
    public async Task Duplicate_GivenTheSameRequestAndCorrelationData_ShouldRunOnceAndAnswerBoth()
    {
        var correlation = Guid.NewGuid().ToByteArray();
        for (var i = 0; i < 2; i++)
        {
            await Probe.PublishAsync(
                "ssh/nas/exec/set",
                $"echo ran >> {_file}",
                responseTopic: "ssh/reply/duplicate",
                correlationData: correlation
            );
        }

        var answers = await Probe.WaitForAsync(
            2,
            message => message.Topic == "ssh/reply/duplicate" && message.CorrelationData.AsSpan().SequenceEqual(correlation)
        );

        answers[1].Text.ShouldBe(answers[0].Text);
        (await File.ReadAllLinesAsync(_file)).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Duplicate_GivenTheSameTextWithoutIdOrCorrelationData_ShouldRunTwice()
    {
        await Nas.ExecAsync($"echo ran >> {_file}");
        await Nas.ExecAsync($"echo ran >> {_file}");

        (await File.ReadAllLinesAsync(_file)).Length.ShouldBe(2);
    }
}
