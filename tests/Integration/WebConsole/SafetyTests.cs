using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

[Collection(ConsoleTests.Name)]
public sealed class SafetyTests(ConsoleSite site)
{
    [ChromiumFact]
    public async Task Page_GivenMarkupInEveryText_ShouldShowItAsText()
    {
        await using var console = await site.OpenAsync();

        // In a command, its two outputs and its completion.
        var command =
            $"cat <<'E'; echo '{ConsoleSite.Markup.Replace("'", "\"", StringComparison.Ordinal)}' >&2 # {ConsoleSite.Markup}";
        await console.Button("Timeout and input").ClickAsync();
        await console.Dialog.GetByLabel("Command").FillAsync($"{command}\n{ConsoleSite.Markup}\nE");
        await console.Dialog.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        var card = console.Page.GetByRole(AriaRole.Article).Last;
        await Expect(card.Locator(".block.out")).ToHaveTextAsync(ConsoleSite.Markup);
        await Expect(card.Locator(".block.err")).ToContainTextAsync("<b>bold</b>");
        await Expect(card).ToContainTextAsync("succeeded");
        await console.RunToEndAsync($": '{ConsoleSite.Markup.Replace("'", "", StringComparison.Ordinal)}'");
        await console.Prompt.FillAsync(": '<img");
        await Expect(console.Page.GetByRole(AriaRole.Option)).ToContainTextAsync(["<img src=x"]);
        await console.Prompt.FillAsync("");

        // In an action: its title, question, parameter, choice, and what is shown of its run.
        await console.Button(ConsoleSite.Markup).ClickAsync();
        await Expect(console.Dialog.Locator(".confirm")).ToHaveTextAsync(ConsoleSite.Markup);
        await Expect(console.Dialog.Locator("label")).ToHaveTextAsync(ConsoleSite.Markup);
        await Expect(console.Dialog.Locator("option")).ToHaveTextAsync(ConsoleSite.Markup);
        await console.Button("Run on nas").ClickAsync();
        await Expect(console.Card(ConsoleSite.Markup)).ToContainTextAsync("failed");

        // In a server's user, the history, and the address.
        await Expect(console.Page.GetByText($"{ConsoleSite.Markup}@127.0.0.1")).ToBeVisibleAsync();
        await console.GoAsync("nas", "/history");
        await console.Page.GetByLabel("Search commands and their output").FillAsync(ConsoleSite.Markup);
        await console.Page.Locator("summary").First.ClickAsync();
        await console.Page.EvaluateAsync(
            "address => { location.hash = address; }",
            $"#/{Uri.EscapeDataString(ConsoleSite.Markup)}"
        );
        await Expect(console.Page.GetByRole(AriaRole.Heading, new() { Name = "All servers" })).ToBeVisibleAsync();
        await Expect(console.Page.GetByText($"{ConsoleSite.Markup}@127.0.0.1")).ToBeVisibleAsync();

        (await console.Page.Locator("img[src=x], #app b:text-is('bold')").CountAsync()).ShouldBe(0);
        (await console.Page.TitleAsync()).ShouldNotContain("owned");
    }

    [ChromiumFact]
    public async Task Api_GivenAPageOfAnotherOrigin_ShouldRefuseIt()
    {
        // The same machine on another port: for cookies that is the same site, so the session's cookie comes with it.
        await using var console = await site.OpenAsync();
        using var stranger = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort.Find()}/";
        stranger.Prefixes.Add(address);
        stranger.Start();
        var serving = ServeAsync(stranger);
        var page = await console.Page.Context.NewPageAsync();
        await page.GotoAsync(address);

        var answers = await page.EvaluateAsync<string[]>(
            """
            async api => {
              const ask = (path, options) => fetch(api + path, { credentials: "include", ...options }).then(r => r.type + r.status, () => "refused");
              const body = JSON.stringify({ command: "echo stolen" });
              return [
                await ask("api/state"),
                await ask("api/servers/nas/exec", { method: "POST", body, headers: { "Content-Type": "application/json" } }),
                await ask("api/servers/nas/exec", { method: "POST", body, mode: "no-cors" }),
              ];
            }
            """,
            site.Address
        );
        stranger.Stop();
        await serving;

        answers.ShouldBe(["refused", "refused", "refused"]);
        await site.Bridge.LoggedAsync($"Rejected a request from the foreign origin '{address.TrimEnd('/')}'");
        await console.RunToEndAsync("echo what came before is shown by now");
        await Expect(console.Page.GetByText("echo stolen")).ToHaveCountAsync(0);
    }

    private static async Task ServeAsync(HttpListener listener)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                context.Response.ContentType = "text/html";
                await context.Response.OutputStream.WriteAsync(
                    Encoding.UTF8.GetBytes("<!doctype html><link rel=icon href=data:,><p>stranger")
                );
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
    }
}
