using System.Net;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;

namespace SshMqttBridge.Tests.Integration.Fixtures.Consoles;

/// <summary>A bridge with a web console, and a signed-in client.</summary>
public sealed class ConsoleServices : BridgeWorld
{
    internal BridgeHost Bridge { get; private set; } = null!;

    internal ConsoleClient Owner { get; private set; } = null!;

    internal Uri Url { get; private set; } = null!;

    internal string Token => ConsoleClient.TokenOf(Bridge);

    internal Cookie SessionCookie =>
        Owner.Cookies.GetCookies(Url).Single(cookie => cookie.Name.Contains("session", StringComparison.Ordinal));

    /// <summary>A client that is not signed in.</summary>
    internal ConsoleClient Stranger() => new(Url);

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Bridge = await StartAsync(Nas().Top(ConsoleClient.Settings(", hostNames: [console.example.org]")));
        Url = await ConsoleClient.UrlOfAsync(Bridge);
        Owner = await ConsoleClient.LogInAsync(Bridge);
    }

    public override async Task DisposeAsync()
    {
        Owner.Dispose();
        await Bridge.DisposeAsync();
        await base.DisposeAsync();
    }
}
