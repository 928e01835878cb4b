using System.Net;
using System.Net.Sockets;
using System.Text;
using SshMqttBridge.Tests.Integration.Fixtures.Bridges;
using SshMqttBridge.Tests.Integration.Fixtures.Consoles;

namespace SshMqttBridge.Tests.Integration.WebConsole;

/// <summary>What clients without the token can do to others.</summary>
public sealed class ConsoleLoadTests(BridgeWorld world) : IClassFixture<BridgeWorld>
{
    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\nHost: loc")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{")]
    public async Task Row71_GivenHundredsOfConnectionsWithoutASession_ShouldServeOthers(string beginning)
    {
        await using var bridge = await StartAsync();
        using var owner = await ConsoleClient.LogInAsync(bridge);
        await using var events = await owner.ListenAsync();
        var url = await ConsoleClient.UrlOfAsync(bridge);
        List<TcpClient> strangers = [];
        try
        {
            for (var i = 0; i < 400; i++)
            {
                TcpClient stranger = new();
                strangers.Add(stranger);
                await stranger.ConnectAsync(IPAddress.Loopback, url.Port);
                await stranger.GetStream().WriteAsync(Encoding.ASCII.GetBytes(beginning));
            }

            using var newcomer = await ConsoleClient.LogInAsync(bridge);
            (await newcomer.SendAsync(HttpMethod.Get, "/api/state")).StatusCode.ShouldBe(HttpStatusCode.OK);
            // The stream needs one connection, so this is another one.
            var id = await owner.CommandAsync("/api/servers/nas/exec", new { command = "true" });
            (await events.EndOfAsync(id)).GetProperty("status").GetString().ShouldBe("succeeded");
        }
        finally
        {
            strangers.ForEach(stranger => stranger.Dispose());
        }
    }

    [Fact]
    public async Task Row71_GivenWrongTokensFromTheSameAddress_ShouldStillAcceptTheRightOne()
    {
        await using var bridge = await StartAsync();
        using ConsoleClient guesser = new(await ConsoleClient.UrlOfAsync(bridge));
        HttpStatusCode last = default;
        for (var i = 0; i < 30; i++)
        {
            using var answer = await guesser.SendTokenAsync($"wrong-token-canary-{i}");
            last = answer.StatusCode;
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
        using var owner = await ConsoleClient.LogInAsync(bridge);
        (await owner.SendAsync(HttpMethod.Get, "/api/state")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Row71_GivenAFloodOfRequestsAndConnections_ShouldLogFewLinesAndTheirNumber()
    {
        await using var bridge = await StartAsync();
        using ConsoleClient stranger = new(await ConsoleClient.UrlOfAsync(bridge));
        List<TcpClient> idle = [];
        try
        {
            for (var i = 0; i < 600; i++)
            {
                TcpClient client = new();
                idle.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, stranger.Port);
            }

            for (var i = 0; i < 600; i++)
            {
                using var host = await stranger.SendAsync(HttpMethod.Get, "/", headers: headers => headers.Host = "evil.example");
                host.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
                (await stranger.SendTokenAsync("wrong")).Dispose();
            }

            await bridge.StopAsync();
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }

        bridge
            .Log.Split('\n')
            .Count(line =>
                line.Contains("Web console: ", StringComparison.Ordinal) || line.Contains("Microsoft", StringComparison.Ordinal)
            )
            // The test may take longer than a minute.
            .ShouldBeInRange(1, 60);
        await bridge.LoggedAsync("more messages about clients that are not signed in were not logged");
    }

    private Task<BridgeHost> StartAsync() => world.StartAsync(world.Nas().Top(ConsoleClient.Settings()));
}
