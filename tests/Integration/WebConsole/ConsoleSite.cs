using Microsoft.Playwright;
using SshMqttBridge.Tests.Integration.Fixtures;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Networks;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>One bridge with a web console, and one browser, for as long as the collection's tests run.</summary>
public sealed class ConsoleSite : BridgeWorld
{
    /// <summary>Would set the page's title to "owned" if it were ever interpreted as markup.</summary>
    public const string Markup = """<img src=x onerror="document.title='owned'"><b>bold</b>""";

    private Chromium? _chromium;
    private string? _session;

    internal BridgeHost Bridge { get; private set; } = null!;

    internal string Address { get; } = $"http://127.0.0.1:{FreePort.Find()}/";

    internal string Token => File.ReadAllText(Bridge.Folder["state/web-console-token"]).Trim();

    /// <summary>In front of the server <c>slow</c>.</summary>
    internal FaultProxy SlowLink { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        if (Chromium.Path is null)
        {
            return;
        }

        var chromium = Chromium.StartAsync();
        await base.InitializeAsync();
        SlowLink = new FaultProxy(Sshd.Port);
        Bridge = await StartAsync(Configuration());
        foreach (var id in (string[])["nas", "slow", "fixed"])
        {
            await Bridge[id].IsAsync("connection", "online");
        }

        _chromium = await chromium;
    }

    public override async Task DisposeAsync()
    {
        if (_chromium is { } chromium)
        {
            await chromium.DisposeAsync();
            await Bridge.DisposeAsync();
            await SlowLink.DisposeAsync();
            await base.DisposeAsync();
        }
    }

    /// <summary>A page of a browser that has never been here.</summary>
    internal async Task<ConsolePage> OpenNewAsync(BrowserNewContextOptions? options = null, string? address = null)
    {
        options ??= new()
        {
            ViewportSize = new() { Width = 1200, Height = 800 },
        };
        var context = await _chromium!.Browser.NewContextAsync(options);
        context.SetDefaultTimeout((float)Eventually.Patience.TotalMilliseconds);
        return await ConsolePage.OpenAsync(context, address ?? Address);
    }

    /// <summary>A page of a browser that is signed in, with a server's console.</summary>
    internal async Task<ConsolePage> OpenAsync(string server = "nas", BrowserNewContextOptions? options = null)
    {
        options ??= new()
        {
            ViewportSize = new() { Width = 1200, Height = 800 },
        };
        options.StorageState = _session;
        var console = await OpenNewAsync(options);
        if (_session is null)
        {
            await console.SignInAsync(Token);
            _session = await console.Page.Context.StorageStateAsync();
        }

        await console.GoAsync(server);
        return console;
    }

    private BridgeYaml Configuration()
    {
        var quoted = $"'{Markup.Replace("'", "''", StringComparison.Ordinal)}'";
        string[] actions =
        [
            "hello: {command: 'echo \"$person $times $loud\"', title: Say hello, icon: 'mdi:bell', confirm: Really say hello?, "
                + "parameters: {person: {type: text, default: you}, times: {type: integer, min: 1, max: 9, default: 1}, "
                + "loud: {type: boolean, default: false}}}",
            "ping: echo pong",
            $"markup: {{command: {quoted}, title: {quoted}, confirm: {quoted}, "
                + $"parameters: {{what: {{title: {quoted}, choices: [{quoted}]}}}}}}",
        ];
        return Yaml()
            .Top($"webConsole: {{enabled: true, url: '{Address}'}}")
            .Server("nas", Sshd, $"actions: {{{string.Join(", ", actions)}}}")
            .Server("slow", Sshd, $"port: {SlowLink.Port}")
            .Server("fixed", Sshd, "commands: actions", "transfers: false", "actions: {uptime: {command: uptime, schedule: 1h}}")
            .Server("long", Sshd, "maxOutputBytes: 4000000", "persistentConnection: false")
            .Server("odd", Sshd, $"user: {quoted}", "persistentConnection: false");
    }
}

/// <summary>The tests that share one console run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleTests : ICollectionFixture<ConsoleSite>
{
    public const string Name = "web console";
}
