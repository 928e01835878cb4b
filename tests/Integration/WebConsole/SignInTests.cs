using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

[Collection(ConsoleTests.Name)]
public sealed class SignInTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task SignIn_GivenAWrongTokenAndThenTheCorrectOne_ShouldRefuseTheFirst()
    {
        await using var console = await site.OpenNewAsync();

        await console.Page.GetByLabel("Token").FillAsync("this-is-not-the-token");
        await console.Button("Sign in").ClickAsync();
        await Expect(console.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Invalid token");
        await console.SignInAsync(site.Token);

        console.Page.Url.ShouldNotContain(site.Token);
        var cookies = await console.Page.Context.CookiesAsync();
        cookies.ShouldNotBeEmpty();
        cookies.ShouldAllBe(cookie => cookie.HttpOnly && cookie.SameSite == SameSiteAttribute.Strict);
        cookies.ShouldAllBe(cookie => !cookie.Value.Contains(site.Token, StringComparison.Ordinal));
        var stored = await console.Page.EvaluateAsync<string>("() => JSON.stringify([localStorage, sessionStorage])");
        stored.ShouldContain("console-key");
        stored.ShouldNotContain(site.Token);
    }

    [ChromiumFact]
    public async Task SignOut_GivenASession_ShouldRequireTheToken()
    {
        await using var console = await site.OpenNewAsync();
        await console.SignInAsync(site.Token);

        await console.Button("Sign out").ClickAsync();

        await Expect(console.Page.GetByLabel("Token")).ToBeVisibleAsync();
        await console.Page.ReloadAsync();
        await Expect(console.Page.GetByLabel("Token")).ToBeVisibleAsync();
    }
}
