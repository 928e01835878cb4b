using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>The page with all servers.</summary>
public sealed class OverviewTests(BridgeWorld world, ChromiumFixture chromium)
    : IClassFixture<BridgeWorld>,
        IClassFixture<ChromiumFixture>
{
    private static readonly string OtherFingerprint = "SHA256:" + new string('A', 43);

    [ChromiumFact]
    public async Task Overview_GivenServersThatAreOfflineForDifferentReasons_ShouldNameEach()
    {
        await using var bridge = await StartAsync();
        await using var console = await OpenAsync(bridge);

        await Expect(State(console, "up")).ToHaveTextAsync("online");
        await Expect(State(console, "other-key")).ToHaveTextAsync("host key refused");
        await Expect(Row(console, "other-key")).ToContainTextAsync("does not match the pinned fingerprint");
        await Expect(State(console, "stranger")).ToHaveTextAsync("authentication failed");
        await Expect(State(console, "gone")).ToHaveTextAsync("unreachable");
        await Expect(Row(console, "gone")).ToContainTextAsync("refused");
        await Expect(State(console, "asleep")).ToHaveTextAsync("not tried yet");
        await Expect(console.Page.Locator(".counts")).ToHaveTextAsync("5 servers · 3 in trouble");
        await bridge["asleep"].ExecAsync("exit 3");
        await Expect(State(console, "asleep")).ToHaveTextAsync("online");
        await Expect(Row(console, "asleep")).ToContainTextAsync("last result: failed");
        await bridge["asleep"].PublishAsync("connection/set", "close");
        await Expect(State(console, "asleep")).ToHaveTextAsync("connects when needed");

        // The last one only because its last command failed.
        await console.Page.GetByLabel("only those in trouble").CheckAsync();
        await Expect(Rows(console).Locator("b")).ToHaveTextAsync(["other-key", "stranger", "gone", "asleep"]);
        await console.Page.GetByLabel("only those in trouble").UncheckAsync();
        await Expect(Rows(console)).ToHaveCountAsync(5);
        await console.Page.GetByLabel("Search the servers").FillAsync("UNREACH");
        await Expect(Rows(console).Locator("b")).ToHaveTextAsync(["gone"]);
        await console.Page.GetByLabel("Search the servers").PressAsync("Enter");
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "gone" })).ToBeVisibleAsync();
        await Expect(console.Page.Locator(".who .state")).ToHaveTextAsync("unreachable");
        await console.Page.GetByRole(AriaRole.Link, new() { Name = "All servers" }).ClickAsync();
        await Expect(Rows(console)).ToHaveCountAsync(5);
    }

    [ChromiumFact]
    public async Task Overview_GivenCommandsOfAnotherClient_ShouldShowThemLiveAndAfterAReload()
    {
        await using var bridge = await StartAsync();
        await using var console = await OpenAsync(bridge);
        Gate gate = new(world.Sshd.Folder);

        var running = bridge["up"].ExecAsync(gate.Wait);
        await gate.ReachedAsync();
        var next = bridge["up"].ExecAsync("exit 7");
        await Expect(Row(console, "up")).ToContainTextAsync($"running {gate.Wait}");
        await Expect(Row(console, "up")).ToContainTextAsync("1 waiting");
        await Expect(console.Page.Locator(".counts")).ToContainTextAsync("1 running a command");
        gate.Open();
        await Task.WhenAll(running, next);

        await Expect(Row(console, "up")).ToContainTextAsync("last result: failed");
        await Expect(Row(console, "up")).ToContainTextAsync("exit 7");
        await Expect(Row(console, "up").Locator(".task")).ToHaveCountAsync(0);
        await console.Page.ReloadAsync();
        await Expect(Row(console, "up")).ToContainTextAsync("last result: failed");
        await Row(console, "up").ClickAsync();
        await Expect(console.Prompt).ToBeVisibleAsync();
    }

    [ChromiumFact]
    public async Task Overview_GivenNoBrokerOrNoBridge_ShouldReportNothingAsGood()
    {
        await using var bridge = await StartAsync();
        await using var console = await OpenAsync(bridge);
        await Expect(State(console, "up")).ToHaveTextAsync("online");
        await Expect(console.Page.Locator("body")).Not.ToHaveClassAsync("stale");
        (await GreenAsync(console)).ShouldBeGreaterThan(0);

        await world.Broker.KillAsync();
        await Expect(console.Banner).ToContainTextAsync("not connected to the MQTT broker");
        (await GreenAsync(console)).ShouldBe(0);
        await world.Broker.StartAsync();
        await Expect(console.Banner).ToHaveCountAsync(0);
        (await GreenAsync(console)).ShouldBeGreaterThan(0);

        await bridge.KillAsync();
        await Expect(console.Banner).ToContainTextAsync("Connection to the bridge lost.");
        await Expect(State(console, "up")).ToHaveTextAsync("unknown; last known: online");
        (await GreenAsync(console)).ShouldBe(0);
    }

    [ChromiumFact]
    public async Task Overview_GivenAThousandServers_ShouldRenderOnlyThoseInSight()
    {
        var yaml = world.Yaml().Top(ConsoleClient.Settings());
        for (var i = 0; i < 1000; i++)
        {
            yaml.Server($"s{i}", "host: 127.0.0.1", "port: 1", "user: a", "password: b", "persistentConnection: false");
        }

        await using var bridge = await world.StartAsync(yaml);
        await using var console = await OpenAsync(bridge);
        await Expect(Rows(console)).ToHaveCountAsync(1000);
        (await RenderedAsync(console)).ShouldBeInRange(5, 100);

        await console.Page.GetByLabel("Search the servers").FillAsync("s99");
        await Expect(Rows(console)).ToHaveCountAsync(11);
        await console.Page.GetByLabel("Search the servers").FillAsync("");
        await Rows(console).Last.ScrollIntoViewIfNeededAsync();
        await Expect(Rows(console).Last.Locator("a")).ToBeInViewportAsync();
        (await RenderedAsync(console)).ShouldBeInRange(5, 100);
        await Rows(console).Last.ClickAsync();
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "s999" })).ToBeVisibleAsync();
    }

    [ChromiumTheory]
    [InlineData(1200, 800, ColorScheme.Light)]
    [InlineData(1200, 800, ColorScheme.Dark)]
    [InlineData(360, 740, ColorScheme.Light)]
    [InlineData(320, 256, ColorScheme.Dark)]
    public async Task Overview_GivenAWindow_ShouldBeAccessibleAndNotScrollSideways(int width, int height, ColorScheme theme)
    {
        await using var bridge = await StartAsync();
        await bridge["up"].ExecAsync("echo $(seq 100); exit 1");
        await using var console = await OpenAsync(
            bridge,
            new()
            {
                ViewportSize = new() { Width = width, Height = height },
                ColorScheme = theme,
            }
        );
        await Expect(State(console, "stranger")).ToHaveTextAsync("authentication failed");
        await Expect(Row(console, "up")).ToContainTextAsync("last result: failed");

        await AppearanceTests.CheckAsync(console);
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await State(console, "gone").ScrollIntoViewIfNeededAsync();
        await Expect(State(console, "gone")).ToBeInViewportAsync();
        await console.GoAsync("up");
        // In a small window, the results that arrive would move the command line out of it.
        await Expect(console.Card("echo $(seq 100); exit 1").Locator(".output")).ToBeVisibleAsync();
        await console.Prompt.ScrollIntoViewIfNeededAsync();
        await Expect(console.Prompt).ToBeInViewportAsync();
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await AppearanceTests.CheckAsync(console);
    }

    private async Task<BridgeHost> StartAsync()
    {
        var otherKey = world.Sshd.Folder["other_key"];
        if (!File.Exists(otherKey))
        {
            await SshKeys.GenerateAsync(otherKey);
        }

        return await world.StartAsync(
            world
                .Yaml()
                .Top(ConsoleClient.Settings())
                .Server("up", world.Sshd)
                .Server("other-key", world.Sshd, $"hostKey: {OtherFingerprint}")
                .Server("stranger", world.Sshd, $"privateKeyFile: {otherKey}")
                .Server("gone", world.Sshd, "port: 1")
                .Server("asleep", world.Sshd, "persistentConnection: false")
        );
    }

    private async Task<ConsolePage> OpenAsync(BridgeHost bridge, BrowserNewContextOptions? options = null)
    {
        var console = await chromium.OpenAsync(bridge, options);
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "All servers" })).ToBeVisibleAsync();
        return console;
    }

    private static ILocator Rows(ConsolePage console) => console.Page.Locator(".rows > li");

    private static ILocator Row(ConsolePage console, string server) =>
        Rows(console).Filter(new() { Has = console.Page.GetByRole(AriaRole.Link, new() { Name = server, Exact = true }) });

    private static ILocator State(ConsolePage console, string server) => Row(console, server).Locator(".state");

    /// <summary>How many dots of the page have the colour of what is good.</summary>
    private static Task<int> GreenAsync(ConsolePage console) =>
        console.Page.EvaluateAsync<int>(
            """
            () => {
              const probe = document.body.appendChild(document.createElement("i"));
              probe.style.background = "var(--good)";
              const good = getComputedStyle(probe).backgroundColor;
              probe.remove();
              const uses = element => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color].includes(good);
              return [...document.querySelectorAll("#app *")].filter(uses).length;
            }
            """
        );

    private static Task<int> RenderedAsync(ConsolePage console) =>
        console.Page.EvaluateAsync<int>(
            "() => [...document.querySelectorAll('.rows a')].filter(a => a.checkVisibility({ contentVisibilityAuto: true })).length"
        );
}
