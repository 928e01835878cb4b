using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>A server with forty actions.</summary>
public sealed class ManyActionsTests(BridgeWorld world, ChromiumFixture chromium)
    : IClassFixture<BridgeWorld>,
        IClassFixture<ChromiumFixture>
{
    [ChromiumFact]
    public async Task Actions_GivenGroups_ShouldBeShownUnderTheirHeadings()
    {
        string[] actions =
        [
            "restart: {command: echo r, group: Services}",
            "lights: {command: echo l, group: House}",
            "uptime: echo u",
            "stop: {command: echo s, group: Services}",
            .. Enumerable.Range(1, 6).Select(i => $"a{i}: {{command: echo ran {i}, group: House}}"),
        ];
        await using var bridge = await world.StartAsync(
            world.Nas($"actions: {{{string.Join(", ", actions)}}}").Top(ConsoleClient.Settings())
        );
        await using var console = await chromium.OpenAsync(bridge);
        var buttons = console.Page.Locator("button.action");
        string[] all = ["uptime", "restart", "stop", "lights", .. Enumerable.Range(1, 6).Select(i => $"a{i}")];
        await Expect(buttons).ToHaveTextAsync(all);
        await Expect(Group("Services").Locator("button.action")).ToHaveTextAsync(["restart", "stop"]);
        await Expect(Group("Services")).ToContainTextAsync("Services");
        await AppearanceTests.CheckAsync(console);

        await console.Page.GetByLabel("Search the actions").FillAsync("services");
        await Expect(buttons).ToHaveTextAsync(["restart", "stop"]);

        await console.Button("Favourites").ClickAsync();
        await console.Button("stop").ClickAsync();
        await Expect(Group("Favourites").Locator("button.action")).ToHaveTextAsync(["★stop"]);
        await console.Button("Done").ClickAsync();
        await Expect(buttons).ToHaveTextAsync(["stop"]);
        await console.Button("All 10 actions").ClickAsync();
        await Expect(Group("Favourites").Locator("button.action")).ToHaveTextAsync(["stop"]);
        await Expect(Group("Services").Locator("button.action")).ToHaveTextAsync(["restart"]);
        await console.Page.SetViewportSizeAsync(360, 740);
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await AppearanceTests.CheckAsync(console);

        ILocator Group(string name) => console.Page.GetByRole(AriaRole.Group, new() { Name = name, Exact = true });
    }

    [ChromiumFact]
    public async Task Actions_GivenForty_ShouldBeSearchedAndHaveFavourites()
    {
        var actions = Enumerable.Range(1, 40).Select(i => $"a{i}: {{command: echo ran {i}, title: Task number {i}}}");
        await using var bridge = await world.StartAsync(
            world.Nas($"actions: {{{string.Join(", ", actions)}}}").Top(ConsoleClient.Settings())
        );
        await using var console = await chromium.OpenAsync(bridge);
        var buttons = console.Page.Locator("button.action");
        var keys = console.Page.Keyboard;
        await Expect(buttons).ToHaveCountAsync(40);

        // By the keyboard alone: search, and run the only match.
        await console.Button("Favourites").FocusAsync();
        await keys.PressAsync("a");
        await Expect(console.Page.GetByLabel("Search the actions")).ToBeFocusedAsync();
        await keys.TypeAsync("NUMBER 17");
        await Expect(buttons).ToHaveTextAsync(["Task number 17"]);
        await keys.PressAsync("Enter");
        await Expect(buttons).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(console.Card("Task number 17").Locator(".output")).ToHaveTextAsync("ran 17");

        // Choosing favourites runs nothing.
        await console.Button("Favourites").ClickAsync();
        await Expect(buttons).ToHaveCountAsync(40);
        await console.Page.GetByRole(AriaRole.Button, new() { Name = "Task number 40" }).ClickAsync();
        await console.Page.GetByRole(AriaRole.Button, new() { Name = "Task number 23" }).ClickAsync();
        await Expect(buttons.First).ToHaveAttributeAsync("aria-pressed", "true");
        await AppearanceTests.CheckAsync(console);
        await console.Button("Done").ClickAsync();
        await Expect(buttons).ToHaveTextAsync(["Task number 23", "Task number 40"]);
        await Expect(console.Page.GetByRole(AriaRole.Article)).ToHaveCountAsync(1);

        await console.Page.ReloadAsync();
        await Expect(buttons).ToHaveTextAsync(["Task number 23", "Task number 40"]);
        await console.Button("All 40 actions").ClickAsync();
        await Expect(buttons).ToHaveCountAsync(40);
        await Expect(buttons.First).ToHaveTextAsync("Task number 23");
        await console.Page.SetViewportSizeAsync(360, 740);
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await AppearanceTests.CheckAsync(console);
        await console.Button("Only favourites").ClickAsync();
        await console.Page.GetByRole(AriaRole.Button, new() { Name = "Task number 23" }).ClickAsync();
        await Expect(console.Card("Task number 23").Locator(".output")).ToHaveTextAsync("ran 23");
    }
}
