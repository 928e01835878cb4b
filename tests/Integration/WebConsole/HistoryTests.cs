using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

[Collection(ConsoleTests.Name)]
public sealed class HistoryTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task Search_GivenWordsAndAStatus_ShouldFindCommandsByTheirTextAndOutput()
    {
        await site.Bridge["nas"].ExecAsync("echo pear-$((6 * 7))");
        await site.Bridge["nas"].ExecAsync("echo pear-tree >&2; exit 1");
        await site.Bridge["slow"].ExecAsync("echo pear-elsewhere");
        await using var console = await site.OpenAsync();
        await console.GoAsync("nas", "/history");
        var search = console.Page.GetByLabel("Search commands and their output");
        var results = console.Page.Locator("summary");

        await search.FillAsync("pear");
        await Expect(results).ToHaveCountAsync(2);
        await console.Page.GetByLabel("all servers").CheckAsync();
        await Expect(results).ToHaveCountAsync(3);
        await console.Page.GetByLabel("Status").SelectOptionAsync("failed");
        await Expect(results).ToHaveCountAsync(1);
        await results.ClickAsync();
        await Expect(console.Page.Locator(".past .block.err .lines")).ToHaveTextAsync("pear-tree");
        await console.Page.GetByLabel("Status").SelectOptionAsync("");
        await Expect(results).ToHaveCountAsync(3);
        await search.FillAsync("PEAR-42");
        await Expect(results).ToHaveCountAsync(1);
        await Expect(results).ToContainTextAsync("echo pear-$((6 * 7))");
    }

    [ChromiumFact]
    public async Task Search_GivenFailuresFirst_ShouldListTheOthersAfterThem()
    {
        await site.Bridge["nas"].ExecAsync("echo plum-1");
        await site.Bridge["nas"].ExecAsync("echo plum-2; exit 1");
        await site.Bridge["nas"].ExecAsync("echo plum-3");
        await site.Bridge["nas"].ExecAsync("echo plum-4; exit 1");
        await using var console = await site.OpenAsync();
        await console.GoAsync("nas", "/history");
        var commands = console.Page.Locator("summary .command");

        await console.Page.GetByLabel("Search commands and their output").FillAsync("plum");
        await Expect(commands).ToHaveTextAsync(["echo plum-4; exit 1", "echo plum-3", "echo plum-2; exit 1", "echo plum-1"]);
        await console.Page.GetByLabel("failures first").CheckAsync();

        await Expect(commands).ToHaveTextAsync(["echo plum-4; exit 1", "echo plum-2; exit 1", "echo plum-3", "echo plum-1"]);
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "Other commands" })).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task Search_GivenAnActionAndAnOrigin_ShouldFindItsRuns()
    {
        await using var console = await site.OpenAsync();
        await console.Button("ping").ClickAsync();
        await Expect(console.Card("ping")).ToContainTextAsync("succeeded");
        await console.GoAsync("nas", "/history");
        var results = console.Page.Locator("summary");

        await console.Page.GetByLabel("Action").SelectOptionAsync("ping");
        await Expect(results.First).ToContainTextAsync("ping");
        await Expect(results.Filter(new() { HasNotText = "ping" })).ToHaveCountAsync(0);
        await console.Page.GetByLabel("Scheduled runs").SelectOptionAsync("only scheduled runs");
        await Expect(results).ToHaveCountAsync(0);

        await console.GoAsync("fixed", "/history");
        await Expect(console.Page.GetByText("No commands found.")).ToBeVisibleAsync();
        await console.Page.GetByLabel("Scheduled runs").SelectOptionAsync("with scheduled runs");
        await Expect(results).ToContainTextAsync(["uptime"]);
    }

    [ChromiumFact]
    public async Task Prompt_GivenEarlierCommands_ShouldCompleteAndRecallThem()
    {
        await site.Bridge["nas"].ExecAsync("echo quince one");
        await site.Bridge["nas"].ExecAsync("echo quince two");
        await using var console = await site.OpenAsync();
        var options = console.Page.GetByRole(AriaRole.Option);

        await console.Prompt.PressSequentiallyAsync("echo qu");
        await Expect(options).ToHaveTextAsync(["echo quince one", "echo quince two"]);
        await Expect(console.Prompt).ToHaveAttributeAsync("aria-expanded", "true");
        await console.Prompt.PressAsync("ArrowUp");
        await Expect(console.Prompt).ToHaveValueAsync("echo quince two");
        await console.Prompt.PressAsync("ArrowUp");
        await Expect(console.Prompt).ToHaveValueAsync("echo quince one");
        var active = await console.Prompt.GetAttributeAsync("aria-activedescendant");
        await Expect(console.Page.Locator($"#{active}")).ToHaveAttributeAsync("aria-selected", "true");

        await console.Prompt.PressAsync("Escape");
        await console.Prompt.PressAsync("Escape");
        await Expect(console.Prompt).ToHaveValueAsync("");
        await console.Prompt.PressAsync("ArrowUp");
        await Expect(console.Prompt).ToHaveValueAsync("echo quince two");

        // The completion is shown in grey.
        await console.Prompt.FillAsync("echo quince t");
        await console.Prompt.PressAsync("ArrowRight");
        await Expect(console.Prompt).ToHaveValueAsync("echo quince two");
    }

    [ChromiumFact]
    public async Task Prompt_GivenTextThatIsTypedBeforeTheHistoryArrives_ShouldCompleteIt()
    {
        await site.Bridge["nas"].ExecAsync("echo medlar");
        await using var console = await site.OpenAsync();
        TaskCompletionSource typed = new();
        await console.Page.RouteAsync(
            "**/api/history/commands?*",
            async route =>
            {
                await typed.Task;
                await route.ContinueAsync();
            }
        );
        await console.Page.ReloadAsync();

        await console.Prompt.PressSequentiallyAsync("echo med");
        typed.SetResult();

        await Expect(console.Page.GetByRole(AriaRole.Option)).ToHaveTextAsync(["echo medlar"]);
        await Expect(console.Prompt).ToHaveValueAsync("echo med");
    }

    [ChromiumFact]
    public async Task Page_GivenAReload_ShouldShowEarlierCommands()
    {
        await using var console = await site.OpenAsync();
        await console.RunToEndAsync("echo still here");

        await console.Page.ReloadAsync();

        await Expect(console.Card("echo still here").Locator(".output")).ToHaveTextAsync("still here");
        await Expect(console.Page.GetByLabel("Token")).ToHaveCountAsync(0);
    }
}
