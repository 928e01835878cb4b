using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using SshMqttBridge.Tests.Integration.Fixtures.SshServers;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>
/// The pictures in docs/images, of the real program. What a NAS would answer is put into the login shell of the private SSH
/// server.
/// </summary>
public sealed class Screenshots(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    private const string LoginShell = """
        df() { printf 'Filesystem      Size  Used Avail Use%% Mounted on\n/dev/md0        7.2T  5.1T  2.1T  72%% /srv\n'; }
        uptime() { echo 'up 6 weeks, 2 days, 4 hours'; }
        systemctl() { echo "nginx.service: $1ed, active (running)"; }
        snapraid() { printf 'Self test...\nLoading state from /var/snapraid.content...\n\033[32m100%% completed\033[0m, 412 GB accessed in 1:12\n'
          echo 'WARNING! 2 files were changed during the sync.' >&2; printf 'Everything OK\n'; }
        restic() { printf 'repository 5c1b2f80 opened (version 2)\nusing parent snapshot 9a1f33c2\n[0:04] 18.20%%  1204 files 3.1 GiB\n'
          echo 'error: open /srv/photos/.lock: permission denied' >&2; printf '[0:09] 41.57%%  2771 files 7.0 GiB\n'; sleep 60; }
        """;

    [ScreenshotFact]
    public async Task Console_GivenServersOfAHome_ShouldLookGood()
    {
        File.WriteAllText(world.Sshd.Folder["home/.bashrc"], LoginShell);
        var address = $"http://127.0.0.1:{FreePort.Find()}/";
        var actions = string.Join(
            ", ",
            "restart: {title: Restart a service, icon: 'mdi:restart', confirm: The service is away for some seconds., "
                + "command: 'systemctl restart \"$unit\"', parameters: {unit: {title: Service, choices: [nginx, jellyfin, smbd]}}}",
            "sync: {title: Sync the array, icon: 'mdi:sync', command: snapraid sync}",
            "uptime: {title: Uptime, icon: 'mdi:chart-line', command: uptime -p, schedule: 30d}",
            "off: {title: Power off, icon: 'mdi:power', command: poweroff, confirm: Really power off?}"
        );
        await using var bridge = await world.StartAsync(
            world
                .Yaml()
                .Top($"webConsole: {{enabled: true, url: '{address}'}}")
                .Server("nas", world.Sshd, $"actions: {{{actions}}}")
                .Server("media-player", world.Sshd)
                .Server("router", world.Sshd, "persistentConnection: false")
                .Server("workshop-pi", world.Sshd)
        );
        foreach (var id in (string[])["nas", "media-player", "workshop-pi"])
        {
            await bridge[id].IsAsync("connection", "online");
        }

        await using var chromium = await Chromium.StartAsync();
        await bridge["nas"].ExecAsync("ls /srv/films/new");
        await bridge["nas"].ExecAsync("systemctl reload nginx");
        await using var console = await OpenAsync(
            chromium,
            address,
            new()
            {
                ViewportSize = new() { Width = 1200, Height = 930 },
                ColorScheme = ColorScheme.Light,
            }
        );
        await console.SignInAsync(File.ReadAllText(bridge.Folder["state/web-console-token"]).Trim());
        await console.GoAsync("nas");
        await console.Button("Clear the page").ClickAsync();
        await bridge["nas"].ExecAsync("df -h /srv");
        await console.Button("Sync the array").ClickAsync();
        await Expect(console.Card("Sync the array")).ToContainTextAsync("succeeded");
        await console.RunAsync("restic backup /srv/photos");
        await Expect(console.Card("restic backup /srv/photos").Locator(".output")).ToContainTextAsync("41.57%");
        await console.RunAsync("systemctl restart jellyfin");
        await Expect(console.Page.GetByText("waiting, next")).ToBeVisibleAsync();
        await console.Prompt.FillAsync("syst");
        await console.Page.Mouse.MoveAsync(0, 0);
        await console.Page.SaveAsync("web-console-light");

        await console.Prompt.FillAsync("");
        await console.Page.SetViewportSizeAsync(360, 740);
        await console.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await console.Prompt.BlurAsync();
        await console.Page.SaveAsync("web-console-phone");

        await console.Page.SetViewportSizeAsync(1200, 640);
        await bridge["nas"].PublishAsync("cancel/set", "*");
        await Expect(console.Page.Locator(".load")).ToHaveCountAsync(0);
        await console.GoAsync("nas", "/history");
        await console.Page.Locator("summary").Filter(new() { HasText = "Sync the array" }).ClickAsync();
        await console.Page.Mouse.MoveAsync(0, 0);
        await console.Page.SaveAsync("web-console-dark");

        await console.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await console.Page.GetByRole(AriaRole.Link, new() { Name = "All servers" }).ClickAsync();
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "All servers" })).ToBeVisibleAsync();
        await console.Button("Run on 4 servers …").ClickAsync();
        await console.Dialog.GetByLabel("Command").FillAsync("uptime -p");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run on 4 servers" }).ClickAsync();
        await Expect(console.Dialog).ToContainTextAsync("All 4 ended");
        await console.Page.SaveAsync("web-console-several");
        await console.Page.Keyboard.PressAsync("Escape");
        await console.Page.SaveAsync("web-console-overview");

        foreach (var name in (string[])["backup.tar.gz", "nginx.conf", "report.pdf"])
        {
            bridge.Folder.Write("files/" + name, new string('x', 1000 * name.Length));
        }

        await console.Button("Files").ClickAsync();
        await Expect(console.Dialog).ToContainTextAsync("report.pdf");
        await console.Page.SaveAsync("web-console-files");
        await console.Page.Keyboard.PressAsync("Escape");
        await console.Page.Context.RouteAsync(
            "**/api/settings*",
            async route =>
            {
                var answer = await route.FetchAsync();
                var text = (await answer.TextAsync())
                    .Replace(bridge.Folder.Path, "/etc/sshmqttbridge", StringComparison.Ordinal)
                    .Replace(world.Sshd.Key, "/etc/sshmqttbridge/id_ed25519", StringComparison.Ordinal)
                    .Replace("\"127.0.0.1\"", "\"192.0.2.10\"", StringComparison.Ordinal)
                    .Replace($"\"{SshdServer.User}\"", "\"admin\"", StringComparison.Ordinal);
                await route.FulfillAsync(new() { Response = answer, Body = text });
            }
        );
        await console.Button("Settings").ClickAsync();
        await console.Page.GetByLabel("Settings of").SelectOptionAsync("nas");
        await Expect(console.Page.Locator(".settings")).ToContainTextAsync("privateKeyFile");
        await console.Page.SaveAsync("web-console-settings");
    }

    private static async Task<ConsolePage> OpenAsync(Chromium chromium, string address, BrowserNewContextOptions options)
    {
        options.Locale = "en-GB";
        var context = await chromium.Browser.NewContextAsync(options);
        await context.RouteAsync("**/api/state", NameAsync);
        return await ConsolePage.OpenAsync(context, address);
    }

    // All of them are this machine; in a picture each has an address of its own.
    private static async Task NameAsync(IRoute route)
    {
        var answer = await route.FetchAsync();
        var text = (await answer.TextAsync()).Replace(
            $"\"user\":\"{SshdServer.User}\"",
            "\"user\":\"admin\"",
            StringComparison.Ordinal
        );
        var parts = text.Split("\"127.0.0.1\"");
        await route.FulfillAsync(
            new()
            {
                Response = answer,
                Body = parts.Skip(1).Select((part, i) => $"\"192.0.2.{10 + i}\"{part}").Aggregate(parts[0], string.Concat),
            }
        );
    }
}
