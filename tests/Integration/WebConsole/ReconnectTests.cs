using SshMqttBridge.Tests.Integration.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

[Collection(ConsoleTests.Name)]
public sealed class ReconnectTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task Page_GivenABridgeThatIsKilledAndStartedAgain_ShouldComeBackByItself()
    {
        await using var console = await site.OpenAsync();
        Gate gate = new(site.Sshd.Folder);
        var interrupted = await console.RunAsync($"echo begun; {gate.Wait}");
        await gate.ReachedAsync();
        await Expect(interrupted.Locator(".output")).ToHaveTextAsync("begun");

        await site.Bridge.KillAsync();
        await Expect(console.Banner).ToContainTextAsync("The connection to the bridge is lost.");
        await site.Bridge.StartAsync();
        await site.Bridge["nas"].IsAsync("connection", "online");
        gate.Open();

        await Expect(console.Banner).ToContainTextAsync("The bridge was restarted.");
        await Expect(interrupted).ToContainTextAsync("connection lost");
        await Expect(console.Page.GetByLabel("Token")).ToHaveCountAsync(0);
        var card = await console.RunToEndAsync("echo back again");
        await Expect(card.Locator(".output")).ToHaveTextAsync("back again");
        await Expect(console.Page.Locator(".load")).ToHaveCountAsync(0);
    }
}
