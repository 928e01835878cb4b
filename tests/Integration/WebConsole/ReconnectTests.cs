using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

[Collection(ConsoleTests.Name)]
public sealed class ReconnectTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task Page_GivenABridgeThatIsKilledAndRestarted_ShouldReconnectByItself()
    {
        await using var console = await site.OpenAsync();
        Gate gate = new(site.Sshd.Folder);
        var interrupted = await console.RunAsync($"echo begun; {gate.Wait}");
        await gate.ReachedAsync();
        await Expect(interrupted.Locator(".output")).ToHaveTextAsync("begun");

        await site.Bridge.KillAsync();
        await Expect(console.Banner).ToContainTextAsync("Connection to the bridge lost.");
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

    [ChromiumFact]
    public async Task Page_GivenASilentConnection_ShouldShowItAsLostAndReconnect()
    {
        await using var console = await site.OpenNewAsync();
        // A clock that can be set forward, and runs normally otherwise.
        await console.Page.Clock.InstallAsync();
        await console.Page.ReloadAsync();
        await console.SignInAsync(site.Token);
        await console.GoAsync("nas");
        await console.RunToEndAsync("echo one");
        await console.Page.Clock.FastForwardAsync(40_000);
        await console.RunToEndAsync("echo two");
        await console.Page.Clock.FastForwardAsync(40_000);
        // Events that arrive in between count.
        await Expect(console.Banner).ToHaveCountAsync(0);

        await console.Page.RouteAsync("**/api/events", route => route.AbortAsync());
        await console.Page.Clock.FastForwardAsync(46_000);

        await Expect(console.Banner).ToContainTextAsync("Connection to the bridge lost.");
        await console.Page.UnrouteAsync("**/api/events");
        await Expect(console.Banner).ToHaveCountAsync(0);
        await console.RunToEndAsync("echo three");
    }

    [ChromiumFact]
    public async Task Page_GivenAModuleThatCannotBeLoaded_ShouldTryAgain()
    {
        await using var console = await site.OpenNewAsync();
        await console.Page.RouteAsync("**/js/model/session.js", route => route.AbortAsync(), new() { Times = 1 });

        await console.Page.ReloadAsync();

        await Expect(console.Page.Locator("main")).ToContainTextAsync("Trying again");
        await Expect(console.Page.GetByLabel("Token")).ToBeVisibleAsync();
    }

    [ChromiumTheory]
    [InlineData("**/api/session")]
    [InlineData("**/api/state")]
    public async Task Page_GivenARequestThatHangs_ShouldTryAgain(string address)
    {
        await using var console = await site.OpenAsync();
        await console.Page.Clock.InstallAsync();
        TaskCompletionSource hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await console.Page.RouteAsync(address, _ => hangs.SetResult(), new() { Times = 1 });

        await console.Page.ReloadAsync();
        await hangs.Task;
        await console.Page.Clock.FastForwardAsync(31_000);

        await console.GoAsync("nas");
        await console.RunToEndAsync("echo here");
    }
}
