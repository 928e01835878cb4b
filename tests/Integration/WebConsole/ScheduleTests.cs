using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>Scheduled runs, apart from the commands of clients.</summary>
public sealed class ScheduleTests(BridgeWorld world, ChromiumFixture chromium)
    : IClassFixture<BridgeWorld>,
        IClassFixture<ChromiumFixture>
{
    [ChromiumFact]
    public async Task Page_GivenAScheduleOfEachSecond_ShouldKeepTheOtherCommandsInSight()
    {
        var ticks = world.Sshd.Folder["ticks"];
        await using var bridge = await world.StartAsync(
            world
                .Nas($"actions: {{tick: {{command: 'echo x >> {ticks}; wc -l < {ticks}', schedule: 1s}}, oops: exit 1}}")
                .Top(ConsoleClient.Settings())
        );
        await using var console = await chromium.OpenAsync(bridge);
        await console.RunToEndAsync("echo by hand");
        var before = Count();

        await Eventually.TrueAsync(() => Count() >= before + 4, "the schedule does not run");
        await Expect(console.Page.GetByRole(AriaRole.Article, new() { Name = "tick" })).ToHaveCountAsync(1);
        await Expect(console.Card("echo by hand")).ToBeInViewportAsync();

        await console.GoAsync("nas", "/history");
        var results = console.Page.Locator("summary");
        await Expect(results).ToHaveCountAsync(1);
        await Expect(results).ToContainTextAsync("echo by hand");
        await console.Page.GetByLabel("Scheduled runs").SelectOptionAsync("only scheduled runs");
        await Expect(results.First).ToContainTextAsync("tick");
        await Expect(results.Filter(new() { HasText = "echo by hand" })).ToHaveCountAsync(0);
        (await results.CountAsync()).ShouldBeGreaterThanOrEqualTo(4);

        int Count() => File.Exists(ticks) ? File.ReadAllLines(ticks).Length : 0;
    }
}
