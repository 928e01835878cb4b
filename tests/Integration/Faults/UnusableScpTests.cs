using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;

namespace SshMqttBridge.Tests.Integration.Faults;

/// <summary>Row 30: a server without scp, or with a shell that prints text before scp's answer.</summary>
public sealed class UnusableScpTests(BridgeWorld world) : IClassFixture<BridgeWorld>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Row30_GivenNoScpOnTheServer_ShouldReportIt()
    {
        var bin = Directory.CreateDirectory(_folder["few"]).FullName;
        foreach (var program in (string[])["sh", "rm", "ls", "mv", "chmod"])
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), ChildProcess.FindProgram(program)!);
        }

        await using var without = await SshdServer.StartNewAsync($"ForceCommand PATH={bin}; eval \"$SSH_ORIGINAL_COMMAND\"");
        await ShouldBeReportedAsync(without, "scp not found on the server");
    }

    [Fact]
    public async Task Row30_GivenAShellThatPrintsText_ShouldReportItWithItsFirstBytes()
    {
        await using var sshd = await SshdServer.StartNewAsync("ForceCommand echo 'Welcome home'; eval \"$SSH_ORIGINAL_COMMAND\"");
        await ShouldBeReportedAsync(sshd, "Welcome home");
    }

    private async Task ShouldBeReportedAsync(SshdServer sshd, string words)
    {
        await using var bridge = await world.StartAsync(world.Yaml().Server("other", sshd));
        await File.WriteAllTextAsync(bridge.Folder["files/source"], "12345");

        var get = await bridge["other"].SendAsync("get/set", "/etc/hostname copy");
        var put = await bridge["other"].SendAsync("put/set", $"source {_folder["copy"]}");

        foreach (var report in (CommandReport[])[get, put])
        {
            (report.Status, report.Reason).ShouldBe(("failed", "remote"), report.Json);
            report.Message!.ShouldContain(words);
        }

        Directory.GetFileSystemEntries(bridge.Folder["files"]).Length.ShouldBe(1);
        File.Exists(_folder["copy"]).ShouldBeFalse();
    }
}
