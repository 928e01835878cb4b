using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>One command on several servers.</summary>
public sealed class ManyServersTests(BridgeWorld world, ChromiumFixture chromium)
    : IClassFixture<BridgeWorld>,
        IClassFixture<ChromiumFixture>
{
    [ChromiumFact]
    public async Task Run_GivenServers_ShouldShowTheirResultsSideBySide()
    {
        await using var bridge = await StartAsync();
        await using var console = await OpenAsync(bridge);
        Gate gate = new(world.Sshd.Folder);

        // The server that allows only actions is not offered.
        await console.Button("Run on 4 servers …").ClickAsync();
        await AppearanceTests.CheckAsync(console);
        await console.Dialog.GetByLabel("three").UncheckAsync();
        await console.Dialog.GetByLabel("Command").FillAsync($"echo hello; {gate.Wait}; exit 3");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run on 3 servers" }).ClickAsync();

        foreach (var server in (string[])["one", "two"])
        {
            await Expect(Result(console, server)).ToContainTextAsync("running");
            await Expect(Result(console, server).Locator("pre")).ToHaveTextAsync("hello\n");
        }

        await Expect(Result(console, "gone")).ToContainTextAsync("rejected");
        await Expect(console.Dialog).ToContainTextAsync("1 of 3 servers ended · 1 did not succeed");
        gate.Open();
        await Expect(Result(console, "one")).ToContainTextAsync("exit 3");
        await Expect(Result(console, "two")).ToContainTextAsync("exit 3");
        await Expect(console.Dialog).ToContainTextAsync("All 3 ended · 3 did not succeed");
        await Expect(console.Page.Locator("#status")).ToHaveTextAsync("All 3 ended · 3 did not succeed");
        await AppearanceTests.CheckAsync(console);
        bridge["three"].History("result").ShouldBeEmpty();

        await Result(console, "two").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "two" })).ToBeVisibleAsync();
        await Expect(console.Dialog).ToHaveCountAsync(0);
        console.Complaints.ShouldBeEmpty();
    }

    [ChromiumTheory]
    [InlineData(360, 740)]
    [InlineData(320, 256)]
    public async Task Run_GivenASmallWindow_ShouldFit(int width, int height)
    {
        await using var bridge = await StartAsync();
        await using var console = await OpenAsync(
            bridge,
            new()
            {
                ViewportSize = new() { Width = width, Height = height },
            }
        );

        await console.Button("Run on 4 servers …").ClickAsync();
        await console.Dialog.GetByLabel("Command").FillAsync("echo $(seq 200)");
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run on 4 servers" }).ClickAsync();

        await Expect(console.Dialog).ToContainTextAsync("All 4 ended");
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await Result(console, "three").ScrollIntoViewIfNeededAsync();
        await Expect(Result(console, "three")).ToContainTextAsync("199 200");
    }

    private static ILocator Result(ConsolePage console, string server) =>
        console.Dialog.GetByRole(AriaRole.Listitem, new() { Name = server, Exact = true });

    private Task<BridgeHost> StartAsync() =>
        world.StartAsync(
            world
                .Yaml()
                .Top(ConsoleClient.Settings())
                .Server("one", world.Sshd)
                .Server("two", world.Sshd)
                .Server("three", world.Sshd)
                .Server("gone", world.Sshd, "port: 1")
                .Server("guarded", world.Sshd, "commands: actions")
        );

    private async Task<ConsolePage> OpenAsync(BridgeHost bridge, BrowserNewContextOptions? options = null)
    {
        var console = await chromium.OpenAsync(bridge, options);
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "All servers" })).ToBeVisibleAsync();
        return console;
    }
}
