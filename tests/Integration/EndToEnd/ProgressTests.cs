using System.Text.Json;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

/// <summary>The progress of a transfer that a slow link makes long.</summary>
public sealed class ProgressTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private const int Size = 8 << 20;

    [Theory]
    [InlineData("get")]
    [InlineData("put")]
    public async Task Transfer_GivenASlowLink_ShouldPublishItsProgressUpToTheTotal(string operation)
    {
        await using FaultProxy link = new(world.Sshd.Port);
        await using var bridge = await world.StartAsync(world.Nas($"port: {link.Port}"));
        var remote = world.Sshd.Folder[operation];
        var local = bridge.Folder["files/big"];
        await File.WriteAllBytesAsync(operation == "get" ? remote : local, new byte[Size]);
        await bridge["nas"].IsAsync("connection", "online");
        link.Fault = new LinkFault.Delay(TimeSpan.FromMilliseconds(15));

        var names = operation == "get" ? (remote, "big") : ("big", remote);
        var payload = $$"""{"source":"{{names.Item1}}","destination":"{{names.Item2}}","id":"{{operation}}"}""";
        var report = await bridge["nas"].SendAsync($"{operation}/set", payload);

        report.Status.ShouldBe("succeeded", report.ToString());
        var published = report.Messages.Where(message => message.Topic == "progress").ToArray();
        var progress = published.Select(message => JsonDocument.Parse(message.Text).RootElement).ToArray();
        progress.Length.ShouldBeGreaterThanOrEqualTo(2);
        published.ShouldAllBe(message => !message.Retain);
        progress.ShouldAllBe(one => one.GetProperty("operation").GetString() == operation);
        progress.ShouldAllBe(one => one.GetProperty("id").GetString() == operation);
        progress.ShouldAllBe(one => one.GetProperty("total").GetInt64() == Size);
        var bytes = progress.Select(one => one.GetProperty("bytes").GetInt64()).ToArray();
        bytes.ShouldBeInOrder(SortDirection.Ascending);
        bytes[0].ShouldBeInRange(0, Size - 1);
        bytes[^1].ShouldBe(Size);
        progress[^1].GetProperty("rate").GetInt64().ShouldBeInRange(1, Size * 2);
        // Published before its result.
        report
            .Messages.Select(message => message.Topic)
            .ShouldBe(["queue", .. published.Select(_ => "progress"), operation, "last", "result"]);
    }
}
