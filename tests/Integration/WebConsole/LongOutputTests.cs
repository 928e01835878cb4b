using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>Output that is longer than a window.</summary>
[Collection(ConsoleTests.Name)]
public sealed class LongOutputTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task Output_GivenMoreThan200Lines_ShouldBeFoldedUntilAllIsWanted()
    {
        await using var console = await site.OpenAsync();

        var card = await console.RunToEndAsync("seq 1000");
        await Expect(card.Locator(".left-out")).ToHaveTextAsync("800 earlier lines not shown. Show all");
        string.Concat(await card.Locator(".block:not([hidden])").AllTextContentsAsync()).ShouldBe(Numbers(801, 1000));

        await card.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        (await card.Locator(".block:not([hidden])").CountAsync()).ShouldBe(10);
        await card.GetByRole(AriaRole.Button, new() { Name = "Show less" }).ClickAsync();
        (await card.Locator(".block:not([hidden])").CountAsync()).ShouldBe(2);

        var whole = await console.RunToEndAsync("seq 200");
        await Expect(whole.Locator(".left-out")).ToHaveCountAsync(0);
    }

    [ChromiumTheory]
    [InlineData("")]
    [InlineData("/history")]
    public async Task Command_GivenOutputThatScrolls_ShouldStayInSight(string page)
    {
        await using var console = await site.OpenAsync();
        var card = await console.RunToEndAsync("seq 150");
        if (page.Length > 0)
        {
            await console.GoAsync("nas", page);
            card = console.Page.Locator(".past").First;
            await card.Locator("summary").ClickAsync();
        }

        var command = card.Locator("code.command").First;
        await Expect(command).ToHaveTextAsync("seq 150");
        // The middle of the output, so that the card begins far above. Earlier commands may still arrive and move it.
        await Eventually.TrueAsync(
            () =>
                card.EvaluateAsync<bool>(
                    """
                    async card => {
                      const [block, command] = [card.querySelectorAll(".block")[1], card.querySelector(".command")];
                      if (!block || !command) return false;
                      block.scrollIntoView({ block: "start" });
                      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
                      const isInSight = element => element.checkVisibility({ contentVisibilityAuto: true })
                        && element.getBoundingClientRect().bottom > 0 && element.getBoundingClientRect().top < innerHeight;
                      const top = element => element.getBoundingClientRect().top;
                      return isInSight(block) && isInSight(command) && top(card) < top(command) - 500;
                    }
                    """
                ),
            () => "the command is not in sight"
        );
    }

    [ChromiumFact]
    public async Task Command_GivenManyLines_ShouldNotCoverItsOutput()
    {
        await using var console = await site.OpenAsync();
        await console.Button("Timeout and input").ClickAsync();
        var lines = string.Concat(Enumerable.Range(1, 60).Select(i => $": {i}\n")) + "seq 100";
        await console.Dialog.GetByLabel("Command").FillAsync(lines);
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        var card = console.Page.GetByRole(AriaRole.Article).Filter(new() { HasText = "seq 100" }).Last;
        await Expect(card).ToContainTextAsync("succeeded");

        (await card.Locator("header").EvaluateAsync<int>("header => header.offsetHeight")).ShouldBeLessThan(200);
        await AppearanceTests.CheckAsync(console);
    }

    [ChromiumFact]
    public async Task Dialog_GivenTwoHundredThousandLines_ShouldFindCopyAndDownload()
    {
        await using var console = await site.OpenAsync("long");
        await console.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var card = await console.RunToEndAsync("seq 200000; echo 'No SUCH file' >&2");

        await card.GetByRole(AriaRole.Button, new() { Name = "Search or download the output" }).ClickAsync();
        var find = console.Dialog.GetByLabel("Find in the output");
        await Expect(find).ToBeFocusedAsync();
        await find.FillAsync("19999");
        await Expect(console.Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("1 of 12");
        await find.PressAsync("Shift+Enter");
        await Expect(console.Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("12 of 12");
        var mark = console.Dialog.Locator("mark");
        await Expect(mark).ToHaveTextAsync("19999");
        await Expect(mark).ToBeInViewportAsync();
        await find.FillAsync("no such");
        await Expect(mark).ToHaveTextAsync("No SUCH");
        await Expect(mark).ToBeInViewportAsync();
        await find.FillAsync("(nowhere");
        await Expect(console.Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("not found");
        await Expect(mark).ToHaveCountAsync(0);
        await AppearanceTests.CheckAsync(console);

        await console.Button("Copy Standard output").ClickAsync();
        await Expect(console.Page.Locator("#status")).ToHaveTextAsync("Output copied.");
        (await console.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldBe(Numbers(1, 200_000));
        var download = await console.Page.RunAndWaitForDownloadAsync(() =>
            console.Button("Download Standard output").ClickAsync()
        );
        download.SuggestedFilename.ShouldMatch(@"^long-web-\w+\.txt$");
        (await File.ReadAllTextAsync(await download.PathAsync())).ShouldBe(Numbers(1, 200_000));
    }

    /// <summary>As over http, from another machine.</summary>
    [ChromiumFact]
    public async Task Copy_GivenABrowserWithoutAClipboardForScripts_ShouldCopyNevertheless()
    {
        await using var console = await site.OpenAsync();
        await console.Page.AddInitScriptAsync("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
        await console.Page.ReloadAsync();
        var card = await console.RunToEndAsync("echo on the clipboard");

        await card.GetByRole(AriaRole.Button, new() { Name = "Copy the output" }).ClickAsync();
        await Expect(console.Page.Locator("#status")).ToHaveTextAsync("Output copied.");
        await console.Prompt.FocusAsync();
        await console.Page.Keyboard.PressAsync("Control+V");
        await Expect(console.Prompt).Not.ToHaveValueAsync("");
        (await console.Prompt.InputValueAsync()).Trim().ShouldBe("on the clipboard");
        await console.Prompt.FillAsync("");

        await card.GetByRole(AriaRole.Button, new() { Name = "Search or download the output" }).ClickAsync();
        await console.Button("Copy Standard output").ClickAsync();
        await Expect(console.Page.Locator("#status")).ToHaveTextAsync("Output copied.");
        await Expect(console.Button("Copy Standard output")).ToBeFocusedAsync();
    }

    [ChromiumFact]
    public async Task Copy_GivenOutputThatThePageHasOnlyAPartOf_ShouldCopyAllOfIt()
    {
        await using var console = await site.OpenAsync("long");
        await console.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var card = await console.RunToEndAsync("seq 20000");

        await card.GetByRole(AriaRole.Button, new() { Name = "Copy the output" }).ClickAsync();

        await Expect(console.Page.Locator("#status")).ToHaveTextAsync("Output copied.");
        (await console.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldBe(Numbers(1, 20_000));
    }

    [ChromiumFact]
    public async Task History_GivenLongOutput_ShouldFoldItAndOfferAllOfIt()
    {
        await site.Bridge["nas"].ExecAsync("seq 7000 # apricot");
        await using var console = await site.OpenAsync();
        await console.GoAsync("nas", "/history");
        await console.Page.GetByLabel("Search commands and their output").FillAsync("apricot");
        var past = console.Page.Locator(".past");
        await Expect(past).ToHaveCountAsync(1);
        await past.Locator("summary").ClickAsync();

        await Expect(past.Locator(".left-out")).ToContainTextAsync("6,800 earlier lines not shown.");
        await past.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();

        (await console.Dialog.Locator("pre").TextContentAsync()).ShouldBe(Numbers(1, 7000));
    }

    private static string Numbers(int first, int last) =>
        string.Concat(Enumerable.Range(first, last - first + 1).Select(number => $"{number}\n"));
}
