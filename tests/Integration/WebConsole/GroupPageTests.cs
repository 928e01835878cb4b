using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>The consoles of two bridges of one group.</summary>
public sealed class GroupPageTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [ChromiumFact]
    public async Task Standby_GivenALeaderThatIsKilled_ShouldShowTheTakeoverWithoutAReload()
    {
        await using var group = await StartAsync();
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);
        await using var console = await OpenAsync(group, standby);
        await Expect(Self(console)).ToHaveTextAsync($"This bridge: {standby} standby");
        await Expect(Leader(console)).ToContainTextAsync($"Leader: {leader} since ");
        await Expect(Others(console)).ToHaveTextAsync($"{leader} leader");
        await Expect(console.Banner).ToContainTextAsync($"Standing by: {leader} leads the group.");
        // A standby is connected, although it is not subscribed to commands.
        await Expect(console.Page.Locator(".top .state")).ToHaveTextAsync("MQTT online");
        await console.RunAsync("echo refused");
        await Expect(console.Page.Locator(".prompt .refusal")).ToContainTextAsync($"'{leader}' leads");
        await console.Page.EvaluateAsync("() => { window.isSamePage = true; }");

        await group[leader].KillAsync();

        await Expect(Self(console)).ToHaveTextAsync($"This bridge: {standby} leader");
        await Expect(Leader(console)).ToContainTextAsync($"Leader: {standby} since ");
        await Expect(Others(console)).ToHaveTextAsync($"{leader} offline");
        await Expect(console.Banner).ToHaveCountAsync(0);
        await Expect(console.Page.Locator("#status")).ToHaveTextAsync($"{standby} leads the group.");
        var card = await console.RunToEndAsync("echo accepted");
        await Expect(card.Locator(".output")).ToHaveTextAsync("accepted");
        (await console.Page.EvaluateAsync<bool>("() => window.isSamePage === true")).ShouldBeTrue();

        await group[leader].LaunchAsync();
        await Expect(Others(console)).ToHaveTextAsync($"{leader} standby");
    }

    /// <summary>Its stream of events ends with the leader: it must not go on showing that this bridge leads.</summary>
    [ChromiumFact]
    public async Task Leader_GivenThatItIsKilledAndRestarted_ShouldShowThatItStandsBy()
    {
        await using var group = await StartAsync();
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);
        await using var console = await OpenAsync(group, leader);
        await Expect(Self(console)).ToHaveTextAsync($"This bridge: {leader} leader");
        await Expect(Others(console)).ToHaveTextAsync($"{standby} standby");
        await Expect(console.Banner).ToHaveCountAsync(0);

        await group[leader].KillAsync();
        await Expect(console.Banner).ToContainTextAsync("Connection to the bridge lost.");
        await group.ShouldBeLedAsync(epoch: 2);
        await group[leader].LaunchAsync();

        await Expect(console.Banner).ToContainTextAsync($"Standing by: {standby} leads the group.");
        await Expect(Self(console)).ToHaveTextAsync($"This bridge: {leader} standby");
        await Expect(Others(console)).ToHaveTextAsync($"{standby} leader");
    }

    /// <summary>The page misses the takeover, and all events of it.</summary>
    [ChromiumFact]
    public async Task Standby_GivenAPageThatWasNotConnectedDuringTheTakeover_ShouldBeUpToDateAfterTheReconnect()
    {
        await using var group = await StartAsync();
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);
        await using var console = await OpenAsync(group, standby);
        // A clock that can be set forward, and runs normally otherwise.
        await console.Page.Clock.InstallAsync();
        await console.Page.ReloadAsync();
        await Expect(console.Banner).ToContainTextAsync("Standing by");
        await console.Page.RouteAsync("**/api/events", route => route.AbortAsync());
        await console.Page.Clock.FastForwardAsync(46_000);
        await Expect(console.Banner).ToContainTextAsync("Connection to the bridge lost.");

        await group[leader].KillAsync();
        await group.ShouldBeLedAsync(epoch: 2);
        await console.Page.UnrouteAsync("**/api/events");

        await Expect(Self(console)).ToHaveTextAsync($"This bridge: {standby} leader");
        await Expect(console.Banner).ToHaveCountAsync(0);
    }

    [ChromiumFact]
    public async Task Standby_GivenNoBroker_ShouldShowThatTheLeaderIsUnknown()
    {
        await using var group = await StartAsync();
        var standby = group.Standby;
        await using var console = await OpenAsync(group, standby);
        await Expect(console.Banner).ToContainTextAsync("Standing by");

        await group.Broker.KillAsync();

        await Expect(Leader(console)).ToHaveTextAsync("Leader: unknown");
        await Expect(console.Banner).ToContainTextAsync("not connected to the MQTT broker");
        await Expect(console.Page.Locator(".top .state")).ToHaveTextAsync("MQTT offline");
        await Expect(Others(console)).ToHaveCountAsync(0);
    }

    /// <summary>Any client may publish anything on the topics of the group.</summary>
    [ChromiumFact]
    public async Task Page_GivenInstancesOfAnotherClient_ShouldShowThemAsTextAndNotTooMany()
    {
        await using var group = await StartAsync();
        var (leader, standby) = (group.Leader!.Value.Instance, group.Standby);
        await using var console = await OpenAsync(group, standby);
        await group.Probe.PublishAsync("ssh/bridge/instances/<b>bold<b>", "standby", retain: true);
        for (var i = 0; i < 200; i++)
        {
            await group.Probe.PublishAsync($"ssh/bridge/instances/x{i}", "offline", retain: true);
        }

        await Expect(Others(console)).ToHaveCountAsync(9);
        await Expect(Others(console).First).ToHaveTextAsync("<b>bold<b> standby");
        await Expect(Others(console).Nth(1)).ToHaveTextAsync($"{leader} leader");
        await Expect(Others(console).Last).ToHaveTextAsync("and 55 more");
        await AppearanceTests.CheckAsync(console);
        await console.Page.SetViewportSizeAsync(360, 740);
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);

        // As an administrator removes one for good.
        await group.Probe.PublishAsync("ssh/bridge/instances/<b>bold<b>", "", retain: true);
        await Expect(Others(console).First).ToHaveTextAsync($"{leader} leader");
    }

    private static Task<BridgeGroup> StartAsync() =>
        BridgeGroup.StartAsync(2, _ => [$"webConsole: {{enabled: true, url: 'http://127.0.0.1:{FreePort.Find()}'}}"]);

    private static ILocator Self(ConsolePage console) => console.Page.Locator(".group .self");

    private static ILocator Leader(ConsolePage console) => console.Page.Locator(".group .who-leads");

    private static ILocator Others(ConsolePage console) => console.Page.Locator(".group li");

    /// <summary>The console of an instance, signed in.</summary>
    private Task<ConsolePage> OpenAsync(BridgeGroup group, string instance) => chromium.OpenAsync(group[instance]);
}
