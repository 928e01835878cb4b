using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>No mouse is touched here.</summary>
[Collection(ConsoleTests.Name)]
public sealed class KeyboardTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task Keyboard_GivenAWholeVisit_ShouldReachEverything()
    {
        await using var console = await site.OpenNewAsync();
        var keys = console.Page.Keyboard;
        Gate gate = new(site.Sshd.Folder);

        // The token's field has the focus.
        await Expect(console.Page.GetByLabel("Token")).ToBeFocusedAsync();
        await keys.TypeAsync(site.Token);
        await keys.PressAsync("Enter");
        await Expect(console.Page.GetByLabel("Search the servers")).ToBeFocusedAsync();
        await keys.TypeAsync("nas");
        await keys.PressAsync("Enter");
        await Expect(console.Prompt).ToBeFocusedAsync();
        (await FocusIsSeenAsync(console)).ShouldBeTrue();

        await keys.TypeAsync(gate.Wait);
        await keys.PressAsync("Enter");
        await gate.ReachedAsync();
        await Expect(console.Card(gate.Wait).Locator(".standing")).ToContainTextAsync("running");
        await keys.PressAsync("Control+c");
        await Expect(console.Card(gate.Wait)).ToContainTextAsync("cancelled");

        await keys.PressAsync("Alt+ArrowDown");
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "slow" })).ToBeVisibleAsync();
        await keys.PressAsync("Alt+ArrowUp");
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "nas" })).ToBeVisibleAsync();

        // Out of the text field, single keys count.
        await Expect(console.Prompt).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        (await FocusIsSeenAsync(console)).ShouldBeTrue();
        await keys.PressAsync("?");
        await Expect(console.Dialog).ToContainTextAsync("Keyboard shortcuts");
        await Expect(console.Dialog).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Expect(console.Dialog).ToHaveCountAsync(0);
        await keys.PressAsync("g");
        await Expect(console.Dialog.Locator("#source")).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(console.Dialog).ToHaveCountAsync(0);
        await keys.PressAsync("h");
        await Expect(console.Page.GetByLabel("Search commands and their output")).ToBeFocusedAsync();
        // Single keys have no effect in a select either: they choose an option.
        await console.Page.GetByLabel("failures first").FocusAsync();
        await keys.PressAsync("c");
        await Expect(console.Prompt).ToBeVisibleAsync();
        await keys.PressAsync("/");
        await Expect(console.Prompt).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await keys.PressAsync("o");
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "All servers" })).ToBeVisibleAsync();
    }

    private static Task<bool> FocusIsSeenAsync(ConsolePage console) =>
        console.Page.EvaluateAsync<bool>("() => getComputedStyle(document.activeElement).outlineStyle !== 'none'");
}
