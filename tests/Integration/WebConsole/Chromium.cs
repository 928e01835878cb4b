using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>
/// The system's browser, without a window. It ends with the process of Playwright, and that one with the tests.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    // Without the last ones it looks for hosts of Google's at each start.
    private static readonly string[] Arguments =
    [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private readonly IPlaywright _playwright;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, Browser) = (playwright, browser);

    /// <summary>Null where there is none.</summary>
    public static string? Path { get; } = ChildProcess.FindProgram("chromium");

    public IBrowser Browser { get; }

    public static async Task<Chromium> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout((float)Eventually.Patience.TotalMilliseconds);
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = Arguments });
        return new Chromium(playwright, browser);
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }
}
