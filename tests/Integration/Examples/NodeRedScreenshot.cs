using SshMqttBridge.Tests.Integration.WebConsole;
using static Microsoft.Playwright.Assertions;

namespace SshMqttBridge.Tests.Integration.Examples;

/// <summary>The picture in docs/images of the flows in Node-RED's editor, and of what their debug nodes show.</summary>
public sealed class NodeRedScreenshot(NodeRedWorld world) : IClassFixture<NodeRedWorld>
{
    [ScreenshotFact]
    public async Task Editor_GivenTheFlows_ShouldLookGood()
    {
        var nodeRed = world.NodeRed!;
        await using var chromium = await Chromium.StartAsync();
        await using var context = await chromium.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1290, Height = 975 },
                Locale = "en-GB",
            }
        );
        var page = await context.NewPageAsync();
        await page.GotoAsync(nodeRed.Address);
        await Expect(page.Locator("g.red-ui-flow-node-label", new() { HasText = "connection lost" })).ToBeVisibleAsync();
        await page.EvaluateAsync("RED.actions.invoke('core:toggle-palette'); RED.sidebar.show('debug');");
        await nodeRed.InjectAsync("How full is the disk?");
        await nodeRed.DebugAsync("output", "Use%");
        await nodeRed.InjectAsync("Count to three");
        await nodeRed.DebugAsync("line", "line 3");
        await nodeRed.InjectAsync("Get a file");
        await nodeRed.DebugAsync("copied", "\"operation\":\"get\"");
        await Expect(page.Locator(".red-ui-debug-msg")).ToHaveCountAsync(5);
        await page.SaveAsync("node-red");
    }
}
