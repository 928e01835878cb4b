using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

[Collection(ConsoleTests.Name)]
public sealed class SettingsPageTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task Settings_GivenTheConfiguration_ShouldShowValuesAndTheirOrigin()
    {
        await using var console = await site.OpenAsync();

        await console.Button("Settings").ClickAsync();

        await Expect(console.Page).ToHaveTitleAsync("Settings – SSH console");
        await Expect(console.Page.Locator(".counts")).ToContainTextAsync(site.Bridge.Folder["bridge.yaml"]);
        await Expect(Row(console, "webConsole", "url")).ToContainTextAsync(site.Address);
        await Expect(Row(console, "webConsole", "url")).ToContainTextAsync("file, line ");
        await Expect(Row(console, "mqtt", "keepAlive").Locator(".origin")).ToHaveTextAsync("default");

        await console.Page.GetByLabel("Search the settings").FillAsync("basedir");
        await Expect(console.Page.Locator(".values > div")).ToHaveCountAsync(1);
        await console.Page.GetByLabel("Search the settings").FillAsync("");
        await console.Page.GetByLabel("only those that are set").CheckAsync();
        await Expect(Row(console, "mqtt", "keepAlive")).ToHaveCountAsync(0);
        await Expect(Row(console, "mqtt", "host")).ToHaveCountAsync(1);
    }

    [ChromiumFact]
    public async Task Settings_GivenAServer_ShouldShowItsOwnAndItsActions()
    {
        await using var console = await site.OpenAsync();

        await console.Button("Settings").ClickAsync();
        await console.Page.GetByLabel("Settings of").SelectOptionAsync("nas");

        await Expect(Row(console, "servers.nas", "privateKeyFile")).ToContainTextAsync(site.Sshd.Key);
        await Expect(Row(console, "servers.nas.actions.hello", "confirm")).ToContainTextAsync("Really say hello?");
        await Expect(Row(console, "servers.nas.actions.hello", "command")).ToContainTextAsync("set, not shown");
        await Expect(console.Page.Locator(".settings")).Not.ToContainTextAsync("echo");
        await console.Page.ReloadAsync();
        await Expect(Row(console, "servers.nas", "host")).ToContainTextAsync("127.0.0.1");
    }

    [ChromiumTheory]
    [InlineData(320, 256, ColorScheme.Dark)]
    [InlineData(360, 740, ColorScheme.Light)]
    [InlineData(1200, 800, ColorScheme.Dark)]
    public async Task Settings_GivenAWindow_ShouldBeAccessible(int width, int height, ColorScheme theme)
    {
        await using var console = await site.OpenAsync(
            options: new()
            {
                ViewportSize = new() { Width = width, Height = height },
                ColorScheme = theme,
            }
        );

        await console.Button("Settings").ClickAsync();
        await Expect(Row(console, "mqtt", "host")).ToHaveCountAsync(1);

        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await AppearanceTests.CheckAsync(console);
    }

    private static ILocator Row(ConsolePage console, string section, string name) =>
        console
            .Page.Locator(".settings section")
            .Filter(new() { Has = console.Page.GetByRole(AriaRole.Heading, new() { Name = section, Exact = true }) })
            .Locator(".values > div")
            .Filter(new() { Has = console.Page.Locator("dt").GetByText(name, new() { Exact = true }) });
}
