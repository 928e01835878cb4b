using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>A reload of the configuration, seen on the page.</summary>
public sealed class ReloadButtonTests(BridgeWorld world, ChromiumFixture chromium)
    : IClassFixture<BridgeWorld>,
        IClassFixture<ChromiumFixture>
{
    private const string Console = "webConsole: {enabled: true, url: 'http://127.0.0.1:0'}";

    [ChromiumFact]
    public async Task Reload_GivenAnotherServer_ShouldShowItOnEveryPage()
    {
        await using var bridge = await world.StartAsync(world.Nas().Top(Console));
        await using var console = await chromium.OpenAsync(bridge);
        await using var other = await chromium.OpenAsync(bridge);

        bridge.Configure(world.Nas().Server("attic", world.Sshd).Top(Console));
        await console.Button("Settings").ClickAsync();
        await console.Button("Reload").ClickAsync();

        await Expect(console.Page.GetByText("Reloaded: added: attic.")).ToBeVisibleAsync();
        await Expect(console.Page.GetByLabel("Settings of").Locator("option")).ToHaveTextAsync(["The bridge", "nas", "attic"]);
        await other.GoAsync("attic");
        var card = await other.RunToEndAsync("echo from the attic");
        await Expect(card).ToContainTextAsync("from the attic");
    }

    [ChromiumFact]
    public async Task Reload_GivenAFaultyFile_ShouldSayWhyNothingHasChanged()
    {
        await using var bridge = await world.StartAsync(world.Nas().Top(Console));
        await using var console = await chromium.OpenAsync(bridge);

        bridge.Configure(world.Nas("prot: 22").Top(Console));
        await console.Button("Settings").ClickAsync();
        await console.Button("Reload").ClickAsync();

        await Expect(console.Page.GetByText("nothing has changed: servers.nas.prot")).ToBeVisibleAsync();
        await AppearanceTests.CheckAsync(console);
    }
}
