using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>What the page of a server that is offline says about it.</summary>
public sealed class OfflineTests(BridgeWorld world, ChromiumFixture chromium)
    : IClassFixture<BridgeWorld>,
        IClassFixture<ChromiumFixture>
{
    [ChromiumFact]
    public async Task Page_GivenAChangedHostKey_ShouldShowBothFingerprintsAndTheCommandThatAcceptsIt()
    {
        await using var sshd = await SshdServer.StartNewAsync();
        await using var bridge = await world.StartAsync(world.Yaml().Top(ConsoleClient.Settings()).Server("nas", sshd));
        await bridge["nas"].IsAsync("connection", "online");
        var known = await sshd.FingerprintAsync("ed25519");
        await sshd.StopAsync();
        await sshd.ReplaceHostKeysAsync();
        await sshd.StartAsync();
        var presented = await sshd.FingerprintAsync("ed25519");
        await using var console = await chromium.OpenAsync(bridge);
        var offline = Offline(console);

        await Expect(offline).ToContainTextAsync("Host key refused.");
        await Expect(offline.Locator("dd").First).ToHaveTextAsync($"ssh-ed25519 {known}");
        await Expect(offline.Locator("dd").Last).ToHaveTextAsync($"ssh-ed25519 {presented}");
        await Expect(offline).ToContainTextAsync("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
        var command = (await offline.Locator(".command-line code").Last.TextContentAsync()).ShouldNotBeNull();
        command.ShouldBe("SshMqttBridge trust nas");
        await AppearanceTests.CheckAsync(console);
        await console.Page.SetViewportSizeAsync(320, 256);
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await AppearanceTests.CheckAsync(console);

        var (status, output) = await BridgeProgram.RunAsync([
            .. command.Split(' ').Skip(1),
            "--config",
            bridge.ConfigurationFile,
        ]);

        status.ShouldBe(0, output);
        output.ShouldContain(presented);
        await bridge["nas"].ExecAsync("true");
        await Expect(console.Page.Locator(".who .state")).ToHaveTextAsync("online");
        await Expect(offline).ToHaveCountAsync(0);
    }

    [ChromiumTheory]
    [InlineData("accept-new")]
    [InlineData("strict")]
    public async Task Page_GivenARefusedHostKey_ShouldAcceptExactlyTheOneThatItShows(string policy)
    {
        await using var sshd = await SshdServer.StartNewAsync();
        await using var bridge = await world.StartAsync(
            world.Yaml().Top(ConsoleClient.Settings(), "audit: {}").Server("nas", sshd, $"hostKey: {policy}")
        );
        await using var console = await chromium.OpenAsync(bridge);
        var offline = Offline(console);
        if (policy == "accept-new")
        {
            await bridge["nas"].IsAsync("connection", "online");
            await ReplaceKeysAsync(sshd);
        }

        var first = await sshd.FingerprintAsync("ed25519");
        await Expect(offline.Locator("dd").Last).ToHaveTextAsync($"ssh-ed25519 {first}");
        await console.Page.SetViewportSizeAsync(320, 256);
        await console.Button("Accept the presented key").ClickAsync();
        await Expect(console.Dialog.GetByRole(AriaRole.Checkbox)).ToBeFocusedAsync();
        await AppearanceTests.CheckAsync(console);
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await console.Button("Accept").Last.ClickAsync();
        await Expect(console.Dialog).ToBeVisibleAsync();

        // Another key since the dialog was opened: the user has not seen it.
        await ReplaceKeysAsync(sshd);
        var second = await sshd.FingerprintAsync("ed25519");
        await Expect(offline.Locator("dd").Last).ToHaveTextAsync($"ssh-ed25519 {second}");
        await console.Dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await console.Page.Keyboard.PressAsync("Enter");
        await Expect(console.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("has not presented this key last");

        await console.Page.Keyboard.PressAsync("Escape");
        await console.Button("Accept the presented key").ClickAsync();
        await Expect(console.Dialog.Locator("dd").Last).ToHaveTextAsync($"ssh-ed25519 {second}");
        await Expect(console.Dialog.GetByRole(AriaRole.Checkbox)).ToBeFocusedAsync();
        await console.Page.Keyboard.PressAsync("Space");
        await console.Page.Keyboard.PressAsync("Enter");

        await Expect(console.Dialog).ToHaveCountAsync(0);
        await Expect(console.Page.Locator(".who .state")).ToHaveTextAsync("online");
        await Expect(offline).ToHaveCountAsync(0);
        await bridge.LoggedAsync($"Web console: 127.0.0.1 accepted the host key of nas: ssh-ed25519 {second}");
        (await File.ReadAllTextAsync(bridge.Folder["state/audit.log"])).ShouldContain(
            $"\"source\":\"web-console\",\"address\":\"127.0.0.1\",\"operation\":\"trust\",\"server\":\"nas\",\"hostKey\":\"{second}\""
        );
    }

    [ChromiumTheory]
    [InlineData("commands: actions", "", "accepts only certain commands")]
    [InlineData("stdout: true", ", trustHostKeys: false", "webConsole.trustHostKeys")]
    public async Task Page_GivenAServerWhoseKeyCannotBeAcceptedThere_ShouldSayWhy(string setting, string console, string expected)
    {
        await using var bridge = await world.StartAsync(
            world.Nas("hostKey: strict", setting).Top(ConsoleClient.Settings(console))
        );
        await using var page = await chromium.OpenAsync(bridge);

        await Expect(Offline(page)).ToContainTextAsync(expected);
        await Expect(Offline(page)).ToContainTextAsync("SshMqttBridge trust nas");
        await Expect(page.Button("Accept the presented key")).ToHaveCountAsync(0);
        using var owner = await ConsoleClient.LogInAsync(bridge);
        var refused = await owner.PostAsync(
            "/api/servers/nas/trust",
            new { fingerprint = await world.Sshd.FingerprintAsync("ed25519") },
            System.Net.HttpStatusCode.Forbidden
        );
        refused.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(expected);
        (await page.Page.Locator(".who .state").TextContentAsync()).ShouldNotBe("online");
    }

    [ChromiumFact]
    public async Task Page_GivenAPinnedFingerprintThatDiffers_ShouldNameTheSetting()
    {
        await using var bridge = await world.StartAsync(
            world.Nas($"hostKey: SHA256:{new string('A', 43)}").Top(ConsoleClient.Settings())
        );
        await using var console = await chromium.OpenAsync(bridge);

        await Expect(Offline(console).Locator("dd").First).ToHaveTextAsync($"SHA256:{new string('A', 43)}");
        await Expect(Offline(console)).ToContainTextAsync("set hostKey of this server in the configuration");
        await Expect(console.Button("Accept")).ToHaveCountAsync(0);
        var presented = await Offline(console).Locator("dd").Last.TextContentAsync();
        await Expect(Offline(console).Locator(".command-line code").Last).ToHaveTextAsync(presented!.Split(' ')[1]);
        await Expect(Offline(console)).Not.ToContainTextAsync("trust");
    }

    [ChromiumFact]
    public async Task Page_GivenServersThatAreOfflineForOtherReasons_ShouldGiveAdviceOnlyWhereSomethingIsWrong()
    {
        await using var bridge = await world.StartAsync(
            world
                .Yaml()
                .Top(ConsoleClient.Settings())
                .Server("gone", world.Sshd, "port: 1")
                .Server("stranger", world.Sshd, $"privateKeyFile: {world.Sshd.HostKey("rsa")}")
                .Server("asleep", world.Sshd, "persistentConnection: false")
        );
        await using var console = await chromium.OpenAsync(bridge);
        await console.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        await console.GoAsync("gone");
        await Expect(Offline(console)).ToContainTextAsync("Unreachable.");
        await Expect(Offline(console)).ToContainTextAsync("The bridge tries again by itself.");
        await Offline(console).GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(console.Page.Locator("#status")).ToHaveTextAsync("Command copied.");
        (await console.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldBe("nc -vz 127.0.0.1 1");
        await console.GoAsync("stranger");
        await Expect(Offline(console)).ToContainTextAsync("Authentication failed.");
        await Expect(Offline(console)).ToContainTextAsync($"Check the user {SshdServer.User} ");
        await console.GoAsync("asleep");
        await Expect(Offline(console)).ToHaveTextAsync("Not tried yet. Connects when needed.");
        await bridge["asleep"].ExecAsync("true");
        await Expect(Offline(console)).ToHaveCountAsync(0);
    }

    private static async Task ReplaceKeysAsync(SshdServer sshd)
    {
        await sshd.StopAsync();
        await sshd.ReplaceHostKeysAsync();
        await sshd.StartAsync();
    }

    private static ILocator Offline(ConsolePage console) =>
        console.Page.GetByRole(AriaRole.Region, new() { Name = "Why the server is offline" });
}
