using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>One browser for the tests of a class. Where there is none, they are skipped.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    private Chromium? _chromium;

    public async Task InitializeAsync() => _chromium = Chromium.Path is null ? null : await Chromium.StartAsync();

    public async Task DisposeAsync()
    {
        if (_chromium is { } chromium)
        {
            await chromium.DisposeAsync();
        }
    }

    /// <summary>Opens the console of a bridge, in a context of its own, and signs in.</summary>
    internal async Task<ConsolePage> OpenAsync(BridgeHost bridge, BrowserNewContextOptions? options = null)
    {
        var url = await ConsoleClient.UrlOfAsync(bridge);
        var console = await ConsolePage.OpenAsync(await _chromium!.Browser.NewContextAsync(options), url.AbsoluteUri);
        await console.SignInAsync(ConsoleClient.TokenOf(bridge));
        return console;
    }
}
