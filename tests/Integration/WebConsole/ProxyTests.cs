using System.Net;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>The console behind the reverse proxies of docs/web-console.md, each set up by the page's own example.</summary>
public sealed class ProxyTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [ProgramFact("nginx")]
    public Task Nginx_GivenThePagesExample_ShouldServeTheConsole() => CheckAsync(ReverseProxy.StartNginxAsync);

    [ProgramFact("caddy")]
    public Task Caddy_GivenThePagesExample_ShouldServeTheConsole() => CheckAsync(ReverseProxy.StartCaddyAsync);

    [ProgramFact("nginx", "chromium")]
    public async Task Nginx_GivenAPath_ShouldServeThePageUnderIt()
    {
        await using var bridge = await world.StartAsync(
            world.Nas().Top(ConsoleClient.Settings($", hostNames: [{ReverseProxy.HostName}]"))
        );
        await using var proxy = await ReverseProxy.StartNginxAsync(await ConsoleClient.UrlOfAsync(bridge), "/home/ssh/");
        await using var chromium = await Chromium.StartAsync();
        await using var console = await ConsolePage.OpenAsync(
            await chromium.Browser.NewContextAsync(new() { IgnoreHTTPSErrors = true }),
            $"https://{proxy.EndPoint}/home/ssh/"
        );

        await console.SignInAsync(ConsoleClient.TokenOf(bridge));
        var card = await console.RunToEndAsync("echo under a path");
        await Expect(card).ToContainTextAsync("under a path");
        await console.Page.ReloadAsync();
        await Expect(console.Card("echo under a path")).ToContainTextAsync("succeeded");
        console.Complaints.ShouldBeEmpty();
    }

    private async Task CheckAsync(Func<Uri, Task<ReverseProxy>> startAsync)
    {
        await using var bridge = await world.StartAsync(
            world.Nas().Top(ConsoleClient.Settings($", hostNames: [{ReverseProxy.HostName}]"))
        );
        await using var proxy = await startAsync(await ConsoleClient.UrlOfAsync(bridge));
        using ConsoleClient console = new(proxy.Url, proxy.Authority, proxy.EndPoint);

        using var page = await console.SendAsync(HttpMethod.Get, "/");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await page.Content.ReadAsStringAsync()).ShouldContain("js/main.js");

        using var signedIn = await console.SendTokenAsync(ConsoleClient.TokenOf(bridge));
        signedIn.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        signedIn
            .Headers.GetValues("Set-Cookie")
            .ShouldAllBe(cookie => cookie.Contains("; secure") && cookie.Contains("; httponly"));

        await SeeOutputWhileACommandRunsAsync(console);
        await BeRefusedAsync(console);
    }

    private async Task SeeOutputWhileACommandRunsAsync(ConsoleClient console)
    {
        await using var events = await console.ListenAsync();
        Gate gate = new(world.Sshd.Folder);

        var id = await console.CommandAsync("/api/servers/nas/exec", new { command = $"echo begun; {gate.Wait}; echo ended" });

        await Eventually.TrueAsync(() => events.OutputOf(id, "out") == "begun\n", "the output of a running command is held back");
        gate.Open();
        (await events.EndOfAsync(id)).GetProperty("out").GetString().ShouldBe("begun\nended\n");
    }

    private static async Task BeRefusedAsync(ConsoleClient console)
    {
        using var wrongHost = await console.SendAsync(
            HttpMethod.Get,
            "/api/state",
            headers: headers => headers.Host = $"{ReverseProxy.WrongHostName}:{console.Port}"
        );
        wrongHost.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);

        console.Origin = "https://evil.example";
        using var foreign = await console.SendAsync(HttpMethod.Post, "/api/servers/nas/exec", """{"command":"true"}""");
        foreign.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
