using System.Security.Cryptography;

namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>
/// The bridge needs nothing but its two volumes: no capability, no way to more privileges, nothing else to write to.
/// </summary>
[Collection(ContainerTests.Name)]
public sealed class HardenedContainerTests
{
    private readonly ContainerSite _site;

    public HardenedContainerTests(ContainerSite site)
    {
        Skip.If(ContainerEngine.WhyNot is not null, ContainerEngine.WhyNot);
        _site = site;
    }

    [SkippableFact]
    public async Task Bridge_GivenAReadOnlyRootAndNoCapabilities_ShouldWork()
    {
        await using var bridge = await _site.StartBridgeAsync(
            service =>
                service with
                {
                    ReadOnly = true,
                    Tmpfs = [],
                    CapDrop = ["ALL"],
                    CapAdd = [],
                    SecurityOpt = ["no-new-privileges"],
                },
            "hardened"
        );
        var content = RandomNumberGenerator.GetBytes(100_000);
        await bridge.WriteFileAsync("there", content);

        var exec = await bridge.SendAsync("exec/set", "echo works");
        var put = await bridge.SendAsync("put/set", "there /tmp/hardened");
        var get = await bridge.SendAsync("get/set", "/tmp/hardened back");

        (exec.Status, exec.Out).ShouldBe(("succeeded", "works\n"));
        (put.Status, put.Message).ShouldBe(("succeeded", null));
        (get.Status, get.Message).ShouldBe(("succeeded", null));
        (await bridge.ReadFileAsync("back")).ShouldBe(content);
        (await bridge.LogAsync()).ShouldNotContain("warn:");
    }

    [SkippableFact]
    public async Task Bridge_GivenAStateDirectoryThatIsNotWritable_ShouldLogItAndExit()
    {
        // As a folder of the machine that root made, or a volume that another image used before.
        await using var bridge = await _site.CreateBridgeAsync(
            service =>
                service with
                {
                    Volumes = [.. service.Volumes.Where(volume => volume.Target != "/state")],
                    Tmpfs = ["/state:uid=0,gid=0,mode=0755"],
                },
            "unwritable"
        );

        await bridge.StartAsync();
        var exitCode = await bridge.ExitCodeAsync();

        var log = await bridge.LogAsync();
        exitCode.ShouldBe(1, log);
        log.ShouldContain("/state");
        log.ShouldNotContain("   at ");
    }
}
