using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>Both themes, a phone's width, and what axe-core finds against WCAG 2.2 AA: names, roles, contrast.</summary>
[Collection(ConsoleTests.Name)]
public sealed class AppearanceTests(ConsoleSite site)
{
    private static readonly Lazy<string> Axe = new(() =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "WebConsole/axe/axe.min.js"))
    );

    [ChromiumTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_GivenATheme_ShouldBeAccessible(ColorScheme theme)
    {
        await using (var stranger = await site.OpenNewAsync(new() { ColorScheme = theme }))
        {
            await Expect(stranger.Page.GetByLabel("Token")).ToBeVisibleAsync();
            await CheckAsync(stranger);
        }

        await using var console = await site.OpenAsync(options: new() { ColorScheme = theme });
        await console.RunToEndAsync(
            "printf '\\033[31mred \\033[33myellow \\033[90mgrey \\033[44mon blue \\033[0;38;5;19mown \\033[48;5;190mon own\\033[m\\n'; echo wrong >&2; exit 1"
        );
        await console.Prompt.FillAsync("ec");
        await CheckAsync(console);
        await console.OpenDialogAsync("Say hello…");
        await CheckAsync(console);
        await console.CloseDialogAsync();
        await console.OpenDialogAsync("Put a file…");
        await CheckAsync(console);
        await console.CloseDialogAsync();
        await console.GoAsync("nas", "/history");
        await console.Page.Locator("summary").First.ClickAsync();
        await CheckAsync(console);
        await console.OpenDialogAsync("Keyboard shortcuts");
        await CheckAsync(console);
    }

    [ChromiumFact]
    public async Task Page_GivenAPhone_ShouldNotScrollSideways()
    {
        BrowserNewContextOptions phone = new()
        {
            ViewportSize = new() { Width = 360, Height = 740 },
            HasTouch = true,
            IsMobile = true,
            DeviceScaleFactor = 2,
        };
        await using var console = await site.OpenAsync(options: phone);

        await console.RunToEndAsync("echo $(seq 100) | tr -d ' '; echo wrong >&2");
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await CheckAsync(console);
        await console.OpenDialogAsync("Say hello…");
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await console.CloseDialogAsync();
        await console.Page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await console.Page.Locator("summary").First.ClickAsync();
        (await console.ExcessWidthAsync()).ShouldBeLessThanOrEqualTo(0);
        await CheckAsync(console);
    }

    [ChromiumFact]
    public async Task Theme_GivenTheSwitch_ShouldBeKept()
    {
        await using var console = await site.OpenAsync(options: new() { ColorScheme = ColorScheme.Light });
        var body = console.Page.Locator("body");
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(243, 245, 248)");

        await console.Button("Colours: system").ClickAsync();
        await console.Button("Colours: light").ClickAsync();
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(14, 18, 23)");
        await console.Page.ReloadAsync();

        await Expect(console.Button("Colours: dark")).ToBeVisibleAsync();
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(14, 18, 23)");
    }

    internal static async Task CheckAsync(ConsolePage console)
    {
        await console.Page.EvaluateAsync(Axe.Value);
        var found = await console.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const { violations } = await axe.run(document, { resultTypes: ["violations"] });
              return violations.flatMap(({ id, help, nodes }) => nodes.map(node => `${id}: ${help}: ${node.html} ${node.failureSummary}`));
            }
            """
        );
        found.ShouldBeEmpty();
    }
}
