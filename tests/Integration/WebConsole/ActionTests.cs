using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

[Collection(ConsoleTests.Name)]
public sealed class ActionTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task Action_GivenConfirmationAndParameters_ShouldAskAndPassThem()
    {
        await using var console = await site.OpenAsync();

        await console.Button("Say hello…").ClickAsync();
        await Expect(console.Dialog).ToContainTextAsync("Really say hello?");
        await console.Dialog.GetByLabel("person").FillAsync("O'Brien $(id) \"x\"");
        await console.Dialog.GetByLabel("times").FillAsync("3");
        await console.Dialog.GetByLabel("loud").CheckAsync();
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run on nas" }).ClickAsync();

        var card = console.Card("Say hello");
        await Expect(card.Locator(".output")).ToHaveTextAsync("O'Brien $(id) \"x\" 3 true");
        await Expect(card).ToContainTextAsync("succeeded");
    }

    [ChromiumFact]
    public async Task Action_GivenAnInvalidArgument_ShouldShowTheCauseInTheDialog()
    {
        await using var console = await site.OpenAsync();

        await console.Button("Say hello…").ClickAsync();
        // The page keeps to the limits; the bridge does not rely on it.
        await console.Dialog.GetByLabel("times").EvaluateAsync("input => input.max = 100");
        await console.Dialog.GetByLabel("times").FillAsync("10");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run on nas" }).ClickAsync();

        await Expect(console.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("times");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(console.Dialog).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task Action_GivenARunOfItsSchedule_ShouldBeMarkedAndHideItsOutput()
    {
        await using var console = await site.OpenAsync("fixed");

        var card = console.Card("uptime");
        await Expect(card.Locator(".badge")).ToHaveTextAsync("Schedule");
        await Expect(card).ToContainTextAsync("succeeded");
        await Expect(card.Locator(".output")).ToHaveCountAsync(0);
        await card.GetByRole(AriaRole.Button, new() { Name = "Show output" }).ClickAsync();
        await Expect(card.Locator(".output")).ToContainTextAsync("load average");
    }

    [ChromiumFact]
    public async Task Action_GivenNoParametersOrConfirmation_ShouldRunAtOnce()
    {
        await using var console = await site.OpenAsync();

        await console.Button("ping").ClickAsync();

        await Expect(console.Card("ping").Locator(".output")).ToHaveTextAsync("pong");
    }
}
