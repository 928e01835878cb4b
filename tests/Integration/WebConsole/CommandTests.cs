using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

[Collection(ConsoleTests.Name)]
public sealed class CommandTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task Run_GivenOutputOnBothStreams_ShouldShowThemApart()
    {
        await using var console = await site.OpenAsync();

        var card = await console.RunToEndAsync("echo fine; echo wrong >&2; exit 3");

        await Expect(card.Locator(".block.out")).ToHaveTextAsync("fine");
        await Expect(card.Locator(".block.err .lines")).ToHaveTextAsync("wrong");
        await Expect(card.Locator(".block.err .label")).ToHaveTextAsync("stderr");
        await Expect(card).ToContainTextAsync("failed");
        await Expect(card).ToContainTextAsync("exit 3 · ");
        // Announced by a screen reader.
        await Expect(console.Page.Locator("#status")).ToContainTextAsync("failed, exit 3");
    }

    [ChromiumFact]
    public async Task Run_GivenACommandThatTakesTime_ShouldShowItsOutputMeanwhile()
    {
        await using var console = await site.OpenAsync();
        Gate gate = new(site.Sshd.Folder);

        var card = await console.RunAsync($"echo first; {gate.Wait}; echo second");

        await Expect(card.Locator(".output")).ToHaveTextAsync("first");
        await Expect(card.Locator(".standing")).ToContainTextAsync("running");
        gate.Open();
        await Expect(card.Locator(".output")).ToHaveTextAsync("first\nsecond");
        await Expect(card).ToContainTextAsync("succeeded");
        await Expect(card).ToContainTextAsync("exit 0");
    }

    [ChromiumFact]
    public async Task Cancel_GivenARunningCommandAndOthersThatWait_ShouldEndThemAll()
    {
        await using var console = await site.OpenAsync();
        Gate gate = new(site.Sshd.Folder);

        var running = await console.RunAsync(gate.Wait);
        await gate.ReachedAsync();
        var next = await console.RunAsync("echo next");
        var last = await console.RunAsync("echo last");
        await Expect(next.Locator(".standing")).ToHaveTextAsync("waiting, next");
        await Expect(last.Locator(".standing")).ToHaveTextAsync("waiting, number 2");
        await Expect(console.Page.GetByRole(AriaRole.Navigation, new() { Name = "Servers" }))
            .ToContainTextAsync("running, 2 waiting");

        await next.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(next).ToContainTextAsync("cancelled");
        await Expect(last.Locator(".standing")).ToHaveTextAsync("waiting, next");
        await console.Button("Cancel all (2)").ClickAsync();

        await Expect(running).ToContainTextAsync("cancelled");
        await Expect(last).ToContainTextAsync("cancelled");
        await Expect(console.Page.Locator(".load")).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task Run_GivenInputAndATimeout_ShouldSendThem()
    {
        await using var console = await site.OpenAsync();

        await console.Button("Timeout and input").ClickAsync();
        await console.Dialog.GetByLabel("Command").FillAsync("cat;\nexec sleep 60");
        await console.Dialog.GetByLabel("Standard input").FillAsync("from the page");
        await console.Dialog.GetByLabel("Timeout in seconds").FillAsync("0.5");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();

        await Expect(console.Dialog).ToHaveCountAsync(0);
        var card = console.Page.GetByRole(AriaRole.Article).Last;
        await Expect(card).ToContainTextAsync("timed out");
        await Expect(card.Locator(".output")).ToHaveTextAsync("from the page");
    }

    [ChromiumFact]
    public async Task Run_GivenMoreThanAPageCanHold_ShouldKeepTheLatestAndOfferTheRest()
    {
        await using var console = await site.OpenAsync();

        // Not faster than the events arrive: see the next test.
        var card = await console.RunToEndAsync("for i in $(seq 20); do seq $((i * 500 - 499)) $((i * 500)); sleep 0.06; done");

        var lines = (await card.Locator(".output").TextContentAsync())!.Split('\n');
        lines[^2].ShouldBe("10000");
        lines.Length.ShouldBeInRange(4000, 5001);
        await card.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await Expect(console.Dialog.Locator("pre")).ToBeVisibleAsync();
        (await console.Dialog.Locator("pre").TextContentAsync()).ShouldBe(Numbers(10_000));
    }

    [ChromiumFact]
    public async Task Run_GivenAFloodThatTheBridgeHasKept_ShouldShowItsEnd()
    {
        await using var console = await site.OpenAsync();

        var card = await console.RunToEndAsync("seq 120000");

        await Expect(card.Locator(".lines").Last).ToContainTextAsync("120000");
        await Expect(card.Locator(".left-out")).ToContainTextAsync("earlier lines not shown");
    }

    [ChromiumFact]
    public async Task Run_GivenAFloodThatNobodyHasKept_ShouldShowItsEndAndTheGap()
    {
        await using var console = await site.OpenAsync();

        // Long lines: of short ones the page would keep none from before the end.
        var card = await console.RunToEndAsync("head -c 40000000 /dev/zero | tr '\\0' x | fold -w 2000; echo; echo the end");

        await Expect(card.Locator(".lines").Last).ToContainTextAsync("the end");
        await Expect(card.Locator(".gap").First).ToContainTextAsync("skipped here");
        await card.GetByRole(AriaRole.Button, new() { Name = "Show all" }).ClickAsync();
        await Expect(console.Dialog).ToContainTextAsync("maxOutputBytes");
    }

    [ChromiumFact]
    public async Task Run_GivenColours_ShouldShowThemAndNoOtherEscapes()
    {
        await using var console = await site.OpenAsync();

        var card = await console.RunToEndAsync(
            @"printf 'a \033[1;31mred\033[0m \033[38;2;1;2;3mown\033[m \033]0;title\007b\033[2K\n10%%\r100%%\n'"
        );

        await Expect(card.Locator(".lines")).ToHaveTextAsync("a red own b\n100%");
        await Expect(card.Locator(".ink-1.bold")).ToHaveTextAsync("red");
        await Expect(card.Locator(".output").GetByText("own")).ToHaveAttributeAsync("style", "--ink: rgb(1 2 3);");
    }

    [ChromiumFact]
    public async Task Page_GivenACommandOfAnotherClient_ShouldShowItLiveWithItsSource()
    {
        await using var console = await site.OpenAsync();

        await site.Bridge["nas"].ExecAsync("echo from a client of the broker");

        var card = console.Card("echo from a client of the broker");
        await Expect(card.Locator(".badge")).ToHaveTextAsync("MQTT");
        await Expect(card.Locator(".output")).ToHaveTextAsync("from a client of the broker");
        await Expect(card).ToContainTextAsync("succeeded");
    }

    [ChromiumFact]
    public async Task Connection_GivenDisconnectAndConnect_ShouldFollow()
    {
        await using var console = await site.OpenAsync("slow");

        await console.Button("Disconnect").ClickAsync();
        await Expect(console.Page.Locator(".who .state")).ToHaveTextAsync("disconnected on request");
        // Not that of the card, which cancels the "connection close".
        await console.Page.GetByRole(AriaRole.Button, new() { Name = "Connect", Exact = true }).ClickAsync();

        await Expect(console.Page.Locator(".who .state")).ToHaveTextAsync("online");
    }

    [ChromiumFact]
    public async Task Page_GivenAServerThatAllowsOnlyActions_ShouldOfferNothingElse()
    {
        await using var console = await site.OpenAsync("fixed");

        await Expect(console.Page.GetByText("This server allows only named actions.")).ToBeVisibleAsync();
        await Expect(console.Button("uptime")).ToBeVisibleAsync();
        await Expect(console.Button("Get a file…")).ToHaveCountAsync(0);
        await Expect(console.Prompt).ToHaveCountAsync(0);
    }

    private static string Numbers(int last) => string.Concat(Enumerable.Range(1, last).Select(number => $"{number}\n"));
}
