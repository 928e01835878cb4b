using System.Security.Cryptography;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;

namespace SshMqttBridge.Tests.Integration.Containers;

/// <summary>The bridge of <c>docker-compose.yml</c> does its work.</summary>
[Collection(ContainerTests.Name)]
public sealed class ContainerCommandTests
{
    private readonly ContainerSite _site;

    public ContainerCommandTests(ContainerSite site)
    {
        Skip.If(ContainerEngine.WhyNot is not null, ContainerEngine.WhyNot);
        _site = site;
    }

    private BridgeContainer Bridge => _site.Bridge;

    [SkippableFact]
    public async Task Exec_GivenACommand_ShouldRunItOnTheServer()
    {
        var report = await Bridge.SendAsync("exec/set", "id -un; exit 3");

        (report.Status, report.Exit, report.Out).ShouldBe(("failed", 3, "demo\n"));
        Bridge.LastOn("demo/exec").ShouldBe("3");
    }

    [SkippableFact]
    public async Task Put_GivenAFileOfTheVolume_ShouldCopyEveryByte()
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        await Bridge.WriteFileAsync("photo.jpg", content);

        var report = await Bridge.SendAsync("put/set", "photo.jpg /tmp/");

        (report.Status, report.Bytes, report.Message).ShouldBe(("succeeded", 300_000, null));
        (await _site.Server.ReadFileAsync("/tmp/photo.jpg")).ShouldBe(content);
    }

    [SkippableFact]
    public async Task Get_GivenAFileOfTheServer_ShouldCopyEveryByteIntoTheVolume()
    {
        var content = RandomNumberGenerator.GetBytes(300_000);
        await _site.Server.CopyAsync(
            content,
            "/tmp/report.bin",
            fileMode: UnixFileModes.UserRead | UnixFileModes.GroupRead | UnixFileModes.OtherRead
        );

        var report = await Bridge.SendAsync("get/set", "/tmp/report.bin copy.bin");

        (report.Status, report.Bytes, report.Message).ShouldBe(("succeeded", 300_000, null));
        (await Bridge.ReadFileAsync("copy.bin")).ShouldBe(content);
    }

    /// <summary>Not by waiting for the engine to do it: the first time is a minute after the start.</summary>
    [SkippableFact]
    public async Task Image_GivenItsHealthCheck_ShouldBeHealthy()
    {
        var image = await _site.Engine.Images.InspectImageAsync(ContainerEngine.BridgeImage);
        var check = image.Config?.Healthcheck?.Test;
        Skip.If(check is null, "the image has no health check");
        check[0].ShouldBe("CMD");

        var result = await Bridge.ExecAsync([.. check.Skip(1)]);

        result.ExitCode.ShouldBe(0, result.Stdout + result.Stderr);
    }

    [SkippableFact]
    public async Task Image_GivenNoUser_ShouldNotRunAsRoot()
    {
        var processes = await _site.Engine.Containers.ListProcessesAsync(
            Bridge.Id,
            new ContainerListProcessesParameters { PsArgs = "-eo pid,uid,args" }
        );

        processes.Processes.ShouldNotBeEmpty();
        processes.Processes.ShouldAllBe(process => process[1] != "0");
    }
}
