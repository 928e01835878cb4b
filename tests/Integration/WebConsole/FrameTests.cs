using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>The console in a frame of another page, directly and behind a proxy like Home Assistant's ingress.</summary>
public sealed class FrameTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [ChromiumTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Frame_GivenAListedOrigin_ShouldShowTheConsole(bool isIngress)
    {
        await using var site = IngressSite.Start();
        await using var bridge = await StartAsync(site, $", origins: ['{site.Origin}']");
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.Browser.NewPageAsync();

        await page.GotoAsync(site.FrameOf(isIngress ? site.Origin + IngressSite.Path : site.Console!.AbsoluteUri));
        var frame = page.FrameLocator("iframe");
        await frame.GetByLabel("Token").FillAsync(ConsoleClient.TokenOf(bridge));
        await frame.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await frame.Locator("#prompt").FillAsync("echo in a frame");
        await frame.Locator("#prompt").PressAsync("Enter");

        var card = frame.GetByRole(AriaRole.Article, new() { Name = "echo in a frame" });
        await Expect(card).ToContainTextAsync("succeeded");
        await page.ReloadAsync();
        await Expect(card).ToContainTextAsync("succeeded");
    }

    [ChromiumTheory]
    [InlineData("")]
    [InlineData(", origins: ['https://homeassistant.local:8123']")]
    public async Task Frame_GivenAnotherOrigin_ShouldBeRefused(string settings)
    {
        await using var site = IngressSite.Start();
        await using var bridge = await StartAsync(site, settings);
        await using var chromium = await Chromium.StartAsync();
        var page = await chromium.Browser.NewPageAsync();

        var refusal = page.WaitForConsoleMessageAsync(
            new() { Predicate = message => message.Text.Contains("frame-ancestors", StringComparison.Ordinal) }
        );
        await page.GotoAsync(site.FrameOf(site.Console!.AbsoluteUri));
        await refusal;
        (await page.FrameLocator("iframe").GetByLabel("Token").CountAsync()).ShouldBe(0);

        // Without a frame, the page is shown, but cannot do anything.
        await page.GotoAsync(site.Origin + IngressSite.Path);
        await page.GetByLabel("Token").FillAsync(ConsoleClient.TokenOf(bridge));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Only the console's own page may send this request.");
    }

    private async Task<BridgeHost> StartAsync(IngressSite site, string settings)
    {
        var bridge = await world.StartAsync(world.Nas().Top(ConsoleClient.Settings(settings)));
        site.Console = await ConsoleClient.UrlOfAsync(bridge);
        return bridge;
    }
}
