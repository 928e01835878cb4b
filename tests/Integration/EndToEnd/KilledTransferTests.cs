using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.EndToEnd;

public sealed class KilledTransferTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Fact]
    public async Task Get_GivenTheProgramKilledMeanwhile_ShouldLeaveTheOldFileAndNothingElse()
    {
        await using FaultProxy link = new(world.Sshd.Port);
        await using var bridge = await world.StartAsync(world.Nas($"port: {link.Port}"));
        var source = world.Sshd.Folder["big"];
        await File.WriteAllBytesAsync(source, new byte[8 << 20]);
        var files = bridge.Folder["files"];
        await File.WriteAllTextAsync(Path.Combine(files, "copy"), "old");
        await bridge["nas"].IsAsync("connection", "online");

        link.Fault = new LinkFault.Delay(TimeSpan.FromMilliseconds(20));
        await bridge["nas"].PublishAsync("get/set", $$"""{"source":"{{source}}","destination":"copy","id":"cut"}""");
        await Eventually.TrueAsync(() => OpenFiles.HasContent(bridge.Process.Id, files), "the transfer does not begin");
        await bridge.KillAsync();

        // Without a name of its own where the file system can do that; elsewhere it would be there under its temporary one.
        Directory.EnumerateFileSystemEntries(files).ShouldBe([Path.Combine(files, "copy")]);
        (await File.ReadAllTextAsync(Path.Combine(files, "copy"))).ShouldBe("old");
        link.Fault = new LinkFault.None();
        await bridge.StartAsync();
        (await bridge["nas"].EndAsync("cut")).Status.ShouldBe("lost");
    }
}
